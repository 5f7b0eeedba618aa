"""Writes amplifier_outputs.json: samples of what the models in ../shared/fixtures/amp, which come without outputs, make of a signal. No weight is written.

Run with NumPy and PyTorch (the committed file was made with 1.13): python3 make_amplifier_outputs.py
"""

import json
import os
import wave

import numpy
import torch

torch.set_default_dtype(torch.float64)
FOLDER = os.path.dirname(os.path.abspath(__file__))
MODELS = os.path.join(FOLDER, "../../../../shared/fixtures/amp")


def load(*path):
    with open(os.path.join(MODELS, *path)) as file:
        return json.load(file)


def single(values):
    """Weights and inputs as float32 holds them, in float64."""
    return torch.tensor(numpy.array(values, dtype=numpy.float32).astype(numpy.float64))


def signal():
    """A rising tone of whole numbers over 1024, exact in float32."""
    n = numpy.arange(2048)
    return single(((n * n * 3 // 7) % 1025 - 512) / 1024).reshape(-1, 1)


def recording(name):
    """Samples from the second half of a recording, 16 bits each."""
    with wave.open(os.path.join(MODELS, "klon", name)) as file:
        samples = numpy.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
    return single(samples[len(samples) // 2 :][:2048] / 32768).reshape(-1, 1)


def guitar_ml(name):
    """PyTorch's own layers; skip adds the input to the output."""
    model = load(name)
    settings = model["model_data"]
    assert settings["skip"] == 1 and settings["num_layers"] == 1
    recurrent = getattr(torch.nn, settings["unit_type"])(settings["input_size"], settings["hidden_size"])
    linear = torch.nn.Linear(settings["hidden_size"], settings["output_size"])
    tensors = {key: single(value) for key, value in model["state_dict"].items()}
    recurrent.load_state_dict({key[4:]: value for key, value in tensors.items() if key.startswith("rec.")})
    linear.load_state_dict({key[4:]: value for key, value in tensors.items() if key.startswith("lin.")})
    x = signal()
    return linear(recurrent(x)[0]) + x


def neural_amp_modeler(name):
    """One list of numbers: W [4 units, inputs + units], b, the initial h and c, then the head."""
    model = load(name)
    units = model["config"]["hidden_size"]
    assert model["config"]["input_size"] == 1 and model["config"]["num_layers"] == 1
    weights = single(model["weights"])
    sizes = [4 * units * (1 + units), 4 * units, units, units, units, 1]
    matrix, bias, h, c, head, head_bias = torch.split(weights, sizes)
    matrix = matrix.reshape(4 * units, 1 + units)
    outputs = []
    for x in signal():
        i, f, g, o = (matrix @ torch.cat([x, h]) + bias).chunk(4)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        outputs.append(head @ h + head_bias)
    return torch.stack(outputs)


def centaur():
    """Keras' layouts: dense, a GRU with gates z, r, h and the reset gate after the product, dense."""
    first, gru, last = [[single(tensor) for tensor in layer["weights"]] for layer in load("klon", "centaur.json")["layers"]]
    kernel, recurrent, (bias, recurrent_bias) = gru
    h = torch.zeros(recurrent.shape[0])
    outputs = []
    for x in torch.cat([recording("in_0.wav"), torch.tensor([0.5, -0.25]).expand(2048, 2)], dim=1):
        z, r, g = ((x @ first[0] + first[1]) @ kernel + bias).chunk(3)
        hz, hr, hg = (h @ recurrent + recurrent_bias).chunk(3)
        z, r = torch.sigmoid(z + hz), torch.sigmoid(r + hr)
        h = z * h + (1 - z) * torch.tanh(g + r * hg)
        outputs.append(h @ last[0] + last[1])
    return torch.stack(outputs)


with torch.no_grad():
    models = {
        "lstm8_ts9": guitar_ml("lstm8_ts9_pytorch.json"),
        "gru8_ts9": guitar_ml("gru8_ts9_pytorch.json"),
        "lstm_nam": neural_amp_modeler("lstm.nam"),
        "klon_centaur": centaur(),
    }
with open(os.path.join(FOLDER, "amplifier_outputs.json"), "w") as file:
    json.dump({name: [float(f"{value:.8g}") for value in outputs.flatten()[31::32]] for name, outputs in models.items()}, file, indent=1)
    file.write("\n")
