"""Writes the reference vectors of this folder: stacks computed by PyTorch in float64, with outputs, final states, loss and the gradient of every parameter.

Run with the PyTorch that is at hand (the committed files were made with 1.13): python3 make_vectors.py

Parameters and inputs are float32 values, so that both sides start from the same numbers. Tensors are stored in the Keras layout: kernels are [inputs, units], those of
an LSTM [inputs, 4 units] with gates i, f, c, o. PyTorch has the same order of gates; its matrices are transposed; of its two biases, which it adds up, the second is zero here.
Those of a GRU are [inputs, 3 units] with gates z, r, h, which PyTorch calls z, r, n and keeps in the order r, z, n; its bias is [2, 3 units], or [3 units] with the reset gate before
the product.

PyTorch's batch normalisation moves its running variance towards the unbiased one; the files hold what PyTorch has. Its momentum is one less that of Keras.
"""

import json
import os
import zlib

import torch

torch.set_default_dtype(torch.float64)
torch.use_deterministic_algorithms(True)
FOLDER = os.path.dirname(os.path.abspath(__file__))


def single(tensor):
    """Rounds to float32, kept as float64."""
    return tensor.float().double()


def uniform(generator, *shape, low=-1.0, high=1.0):
    return single(torch.rand(*shape, generator=generator) * (high - low) + low)


ACTIVATIONS = {
    "linear": lambda x: x,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "hard_sigmoid": torch.nn.functional.hardsigmoid,
    "softmax": lambda x: torch.softmax(x, dim=-1),
}


class Embedding:
    kind = "embedding"
    states = ""

    def __init__(self, vocabulary, units):
        self.vocabulary, self.units = vocabulary, units

    def build(self, inputs, generator):
        self.module = torch.nn.Embedding(self.vocabulary, self.units)
        self.module.weight.data = uniform(generator, self.vocabulary, self.units)
        return self.units

    def forward(self, x, state):
        return self.module(x)

    def tensors(self):
        return [("embeddings", self.module.weight)]

    def keras(self, name, tensor):
        return tensor


class Dense:
    kind = "dense"
    states = ""

    def __init__(self, units, activation="linear"):
        self.units, self.activation = units, activation

    def build(self, inputs, generator):
        self.module = torch.nn.Linear(inputs, self.units)
        self.module.weight.data = uniform(generator, self.units, inputs, low=-0.7, high=0.7)
        self.module.bias.data = uniform(generator, self.units, low=-0.5, high=0.5)
        return self.units

    def forward(self, x, state):
        return ACTIVATIONS[self.activation](self.module(x))

    def tensors(self):
        return [("kernel", self.module.weight), ("bias", self.module.bias)]

    def keras(self, name, tensor):
        return tensor.T if name == "kernel" else tensor


class Lstm:
    """torch.nn.LSTM."""

    kind = "lstm"
    states = "hc"

    def __init__(self, units, sequences=False):
        self.units, self.sequences = units, sequences

    def build(self, inputs, generator):
        self.module = torch.nn.LSTM(inputs, self.units, batch_first=True)
        self.module.weight_ih_l0.data = uniform(generator, 4 * self.units, inputs, low=-0.7, high=0.7)
        self.module.weight_hh_l0.data = uniform(generator, 4 * self.units, self.units, low=-0.7, high=0.7)
        self.module.bias_ih_l0.data = uniform(generator, 4 * self.units, low=-0.5, high=0.5)
        self.module.bias_hh_l0.data = torch.zeros(4 * self.units)
        return self.units

    def forward(self, x, state):
        h, c = state
        y, (h, c) = self.module(x, (h.unsqueeze(0), c.unsqueeze(0)))
        self.final = (h[0], c[0])
        return y if self.sequences else y[:, -1]

    def tensors(self):
        return [("kernel", self.module.weight_ih_l0), ("recurrent_kernel", self.module.weight_hh_l0), ("bias", self.module.bias_ih_l0)]

    def keras(self, name, tensor):
        return tensor if name == "bias" else tensor.T


class LstmCell(Lstm):
    """The formulas, for activations that torch.nn.LSTM has not."""

    def __init__(self, units, sequences, activation, recurrent_activation):
        super().__init__(units, sequences)
        self.activation, self.recurrent_activation = ACTIVATIONS[activation], ACTIVATIONS[recurrent_activation]

    def forward(self, x, state):
        h, c = state
        outputs = []
        for step in range(x.shape[1]):
            z = x[:, step] @ self.module.weight_ih_l0.T + h @ self.module.weight_hh_l0.T + self.module.bias_ih_l0
            i, f, g, o = z.chunk(4, dim=1)
            c = self.recurrent_activation(f) * c + self.recurrent_activation(i) * self.activation(g)
            h = self.recurrent_activation(o) * self.activation(c)
            outputs.append(h)
        self.final = (h, c)
        return torch.stack(outputs, dim=1) if self.sequences else h


class Gru(Lstm):
    """torch.nn.GRU, whose reset gate comes after the product."""

    kind = "gru"
    states = "h"

    def build(self, inputs, generator):
        self.module = torch.nn.GRU(inputs, self.units, batch_first=True)
        self.module.weight_ih_l0.data = uniform(generator, 3 * self.units, inputs, low=-0.7, high=0.7)
        self.module.weight_hh_l0.data = uniform(generator, 3 * self.units, self.units, low=-0.7, high=0.7)
        self.module.bias_ih_l0.data = uniform(generator, 3 * self.units, low=-0.5, high=0.5)
        self.module.bias_hh_l0.data = uniform(generator, 3 * self.units, low=-0.5, high=0.5)
        return self.units

    def forward(self, x, state):
        y, h = self.module(x, state[0].unsqueeze(0))
        self.final = (h[0],)
        return y if self.sequences else y[:, -1]

    def tensors(self):
        biases = (self.module.bias_ih_l0, self.module.bias_hh_l0)
        return [("kernel", self.module.weight_ih_l0), ("recurrent_kernel", self.module.weight_hh_l0), ("bias", biases)]

    def keras(self, name, tensor):
        return torch.cat([self.keras_order(part) for part in tensor]) if name == "bias" else self.keras_order(tensor).T

    @staticmethod
    def keras_order(tensor):
        r, z, n = tensor.chunk(3)
        return torch.cat([z, r, n])


class GruCell(Gru):
    """The formulas, for what torch.nn.GRU has not: other activations, and the reset gate before the product."""

    def __init__(self, units, sequences, reset_after, activation="tanh", recurrent_activation="sigmoid"):
        super().__init__(units, sequences)
        self.reset_after = reset_after
        self.activation, self.recurrent_activation = ACTIVATIONS[activation], ACTIVATIONS[recurrent_activation]

    def forward(self, x, state):
        module = self.module
        h = state[0]
        outputs = []
        recurrent_bias = module.bias_hh_l0 if self.reset_after else torch.zeros(3 * self.units)
        r_kernel, z_kernel, n_kernel = module.weight_hh_l0.chunk(3)
        r_bias, z_bias, n_bias = recurrent_bias.chunk(3)
        for step in range(x.shape[1]):
            r, z, n = (x[:, step] @ module.weight_ih_l0.T + module.bias_ih_l0).chunk(3, dim=1)
            r = self.recurrent_activation(r + h @ r_kernel.T + r_bias)
            z = self.recurrent_activation(z + h @ z_kernel.T + z_bias)
            n = self.activation(n + (r * (h @ n_kernel.T + n_bias) if self.reset_after else (r * h) @ n_kernel.T))
            h = (1 - z) * n + z * h
            outputs.append(h)
        self.final = (h,)
        return torch.stack(outputs, dim=1) if self.sequences else h

    def tensors(self):
        return super().tensors() if self.reset_after else super().tensors()[:2] + [("bias", (self.module.bias_ih_l0,))]


class SimpleRnn(Lstm):
    """torch.nn.RNN, of tanh or relu."""

    kind = "simple_rnn"
    states = "h"

    def __init__(self, units, sequences=False, activation="tanh"):
        super().__init__(units, sequences)
        self.activation = activation

    def build(self, inputs, generator):
        self.module = torch.nn.RNN(inputs, self.units, nonlinearity=self.activation, batch_first=True)
        self.module.weight_ih_l0.data = uniform(generator, self.units, inputs, low=-0.7, high=0.7)
        self.module.weight_hh_l0.data = uniform(generator, self.units, self.units, low=-0.4, high=0.4)
        self.module.bias_ih_l0.data = uniform(generator, self.units, low=-0.5, high=0.5)
        self.module.bias_hh_l0.data = torch.zeros(self.units)
        return self.units

    def forward(self, x, state):
        y, h = self.module(x, state[0].unsqueeze(0))
        self.final = (h[0],)
        return y if self.sequences else y[:, -1]


class PRelu:
    kind = "p_re_lu"
    states = ""

    def build(self, inputs, generator):
        self.module = torch.nn.PReLU(inputs)
        self.module.weight.data = uniform(generator, inputs, low=-0.5, high=0.5)
        return inputs

    def forward(self, x, state):
        return self.module(x.transpose(1, 2)).transpose(1, 2)

    def tensors(self):
        return [("alpha", self.module.weight)]

    def keras(self, name, tensor):
        return tensor


class LayerNormalization:
    kind = "layer_normalization"
    states = ""

    def __init__(self, epsilon=1e-3):
        self.epsilon = epsilon

    def build(self, inputs, generator):
        self.module = torch.nn.LayerNorm(inputs, eps=self.epsilon)
        self.module.weight.data = uniform(generator, inputs, low=0.5, high=1.5)
        self.module.bias.data = uniform(generator, inputs, low=-0.5, high=0.5)
        return inputs

    def forward(self, x, state):
        return self.module(x)

    def tensors(self):
        return [("gamma", self.module.weight), ("beta", self.module.bias)]

    def keras(self, name, tensor):
        return tensor


class BatchNormalization(LayerNormalization):
    """torch.nn.BatchNorm1d in training; channels come second there."""

    kind = "batch_normalization"

    def __init__(self, momentum=0.99, epsilon=1e-3):
        super().__init__(epsilon)
        self.momentum = momentum

    def build(self, inputs, generator):
        self.module = torch.nn.BatchNorm1d(inputs, eps=self.epsilon, momentum=1 - self.momentum)
        self.module.weight.data = uniform(generator, inputs, low=0.5, high=1.5)
        self.module.bias.data = uniform(generator, inputs, low=-0.5, high=0.5)
        self.module.running_mean = uniform(generator, inputs, low=-0.5, high=0.5)
        self.module.running_var = uniform(generator, inputs, low=0.5, high=1.5)
        self.before = [self.module.running_mean.clone(), self.module.running_var.clone()]
        return inputs

    def forward(self, x, state):
        return self.module(x.transpose(1, 2)).transpose(1, 2) if x.dim() == 3 else self.module(x)

    def tensors(self):
        return super().tensors() + [(name, torch.nn.Parameter(value)) for name, value in zip(("moving_mean", "moving_variance"), self.before)]

    def statistics(self):
        return {"moving_mean": self.module.running_mean, "moving_variance": self.module.running_var}


class WithoutParameters:
    states = ""

    def build(self, inputs, generator):
        self.units = inputs
        return inputs

    def tensors(self):
        return []


class ResidualStart(WithoutParameters):
    kind = "residual_start"

    def forward(self, x, state):
        self.value = x
        return x


class ResidualEnd(WithoutParameters):
    kind = "residual_end"

    def __init__(self, start):
        self.start = start

    def forward(self, x, state):
        return self.start.value + x


class InputSkip(WithoutParameters):
    """Adds a channel of the network's input, where a ResidualStart before all layers keeps it, to every value."""

    kind = "input_skip"

    def __init__(self, start, channel):
        self.start, self.channel = start, channel

    def forward(self, x, state):
        return x + self.start.value[..., self.channel : self.channel + 1]


class TiedDense(Dense):
    """A linear layer whose weight is the embedding's."""

    def __init__(self, embedding, activation="linear"):
        super().__init__(embedding.vocabulary, activation)
        self.embedding = embedding

    def build(self, inputs, generator):
        super().build(inputs, generator)
        self.module.weight = self.embedding.module.weight
        return self.units

    def tensors(self):
        return [("bias", self.module.bias)]


def loss_of(kind, y, targets):
    if kind == "binary_crossentropy":
        return torch.nn.functional.binary_cross_entropy(y, targets)
    if kind == "categorical_crossentropy":
        return -(targets * torch.log(y)).sum(dim=-1).mean()
    if kind == "sparse_categorical_crossentropy":
        return torch.nn.functional.nll_loss(torch.log(y).flatten(0, -2), targets.flatten())
    return torch.nn.functional.mse_loss(y, targets)


def make(name, layers, loss, batch, steps, features=0, vocabulary=0, initial_states=False, penalties=None):
    generator = torch.Generator().manual_seed(zlib.crc32(name.encode()))
    x = torch.randint(vocabulary, (batch, steps), generator=generator) if vocabulary else uniform(generator, batch, steps, features, low=-1.5, high=1.5)
    width = features
    y = x
    counts, parameters, states = {}, {}, {}
    for layer in layers:
        width = layer.build(width, generator)
        counts[layer.kind] = counts.get(layer.kind, 0) + 1
        layer.name = f"{layer.kind}_{counts[layer.kind]}"
        state = tuple(uniform(generator, batch, layer.units) if initial_states else torch.zeros(batch, layer.units) for _ in layer.states)
        for part, value in zip(layer.states, state):
            states[f"{layer.name}/{part}"] = value
        y = layer.forward(y, state)
        for tensor_name, tensor in layer.tensors():
            parameters[f"{layer.name}/{tensor_name}"] = (layer, tensor_name, tensor)

    if loss == "sparse_categorical_crossentropy":
        targets = torch.randint(width, y.shape[:-1], generator=generator)
    elif loss == "categorical_crossentropy":
        targets = torch.nn.functional.one_hot(torch.randint(width, y.shape[:-1], generator=generator), width).double()
    else:
        targets = uniform(generator, *y.shape, low=0.0 if loss == "binary_crossentropy" else -1.0)

    value = loss_of(loss, y, targets)
    for key, (l1, l2) in (penalties or {}).items():
        # Factors are float32 values too.
        parts = parameters[key][2] if isinstance(parameters[key][2], tuple) else (parameters[key][2],)
        l1, l2 = single(torch.tensor(l1)), single(torch.tensor(l2))
        value = value + sum(l1 * part.abs().sum() + l2 * part.square().sum() for part in parts)
    value.backward()

    result = {
        "loss_kind": loss,
        "rows": batch,
        "steps": steps,
        "tokens" if vocabulary else "features": integers(x) if vocabulary else singles(x),
        "labels" if targets.dtype == torch.int64 else "targets": integers(targets) if targets.dtype == torch.int64 else singles(targets),
        "parameters": {key: singles(layer.keras(part, of(tensor, "data"))) for key, (layer, part, tensor) in parameters.items()},
        "initial_states": {key: singles(value) for key, value in states.items()} if initial_states else {},
        "outputs": doubles(y),
        "final_states": {f"{layer.name}/{part}": doubles(s) for layer in layers if layer.states for part, s in zip(layer.states, layer.final)},
        "loss": value.item(),
        "gradients": {key: doubles(layer.keras(part, of(tensor, "grad"))) for key, (layer, part, tensor) in parameters.items()},
    }
    statistics = {f"{layer.name}/{part}": doubles(value) for layer in layers if hasattr(layer, "statistics") for part, value in layer.statistics().items()}
    if statistics:
        result["running_statistics"] = statistics
    with open(os.path.join(FOLDER, name + ".json"), "w", encoding="utf-8", newline="\n") as file:
        file.write("{\n" + ",\n".join(f"  {json.dumps(key)}: {dump(entry)}" for key, entry in result.items()) + "\n}\n")
    print(f"{name}: loss {value.item():.6f}, {sum(len(values) for values in result['parameters'].values())} parameters")


def of(tensor, part):
    """The data or the gradient of a tensor, or of each of several that are one in Keras."""
    value = tuple(getattr(one, part) for one in tensor) if isinstance(tensor, tuple) else getattr(tensor, part)
    return torch.zeros_like(tensor) if value is None else value


def integers(tensor):
    return tensor.flatten().tolist()


def singles(tensor):
    """Nine digits determine a float32."""
    return [float(f"{v:.9g}") for v in tensor.detach().flatten().tolist()]


def doubles(tensor):
    """Ten digits, far beyond what float32 is compared to."""
    return [float(f"{v:.10g}") for v in tensor.detach().flatten().tolist()]


def dump(entry):
    if isinstance(entry, dict):
        return "{" + ", ".join(f"\n    {json.dumps(key)}: {json.dumps(value, separators=(',', ':'))}" for key, value in entry.items()) + "\n  }"
    return json.dumps(entry, separators=(",", ":"))


make("lstm_dense_bce", [Lstm(17), Dense(1, "sigmoid")], "binary_crossentropy", batch=5, steps=7, features=3)
make("embedding_two_lstm_sparse_cce", [Embedding(11, 7), Lstm(9, True), Lstm(12, True), Dense(11, "softmax")],
     "sparse_categorical_crossentropy", batch=3, steps=7, vocabulary=11)
make("lstm_last_cce", [Lstm(8), Dense(4, "softmax")], "categorical_crossentropy", batch=4, steps=5, features=6)
make("dense_lstm_dense_mse", [Dense(10, "relu"), Lstm(15, True), Dense(2)], "mean_squared_error", batch=2, steps=6, features=4, initial_states=True)
make("hard_sigmoid_lstm", [LstmCell(7, True, "tanh", "hard_sigmoid"), LstmCell(5, True, "hard_sigmoid", "sigmoid"), Dense(3, "tanh")],
     "mean_squared_error", batch=3, steps=6, features=5)
make("relu_lstm", [LstmCell(6, True, "relu", "sigmoid"), LstmCell(5, False, "relu", "hard_sigmoid"), Dense(3, "softmax")],
     "categorical_crossentropy", batch=3, steps=4, features=5)
make("sigmoid_linear_lstm", [LstmCell(6, True, "sigmoid", "tanh"), LstmCell(4, True, "linear", "sigmoid"), Dense(2, "sigmoid")],
     "binary_crossentropy", batch=3, steps=4, features=3)
make("simple_rnn_tanh", [Embedding(11, 7), SimpleRnn(9, True), SimpleRnn(12, True), Dense(11, "softmax")],
     "sparse_categorical_crossentropy", batch=3, steps=7, vocabulary=11)
make("simple_rnn_relu", [SimpleRnn(17, True, "relu"), SimpleRnn(9, False, "relu"), Dense(3, "softmax")], "categorical_crossentropy", batch=3, steps=6, features=5)
make("simple_rnn_last_initial_states", [Dense(10, "relu"), SimpleRnn(15, True), Lstm(4, True), SimpleRnn(33), Dense(2)],
     "mean_squared_error", batch=2, steps=6, features=4, initial_states=True)
make("gru_sparse_cce", [Embedding(11, 7), Gru(9, True), Gru(12, True), Dense(11, "softmax")], "sparse_categorical_crossentropy", batch=3, steps=7, vocabulary=11)
make("gru_last_initial_states", [Dense(10, "relu"), Gru(15, True), Lstm(4, True), Gru(33), Dense(2)],
     "mean_squared_error", batch=2, steps=6, features=4, initial_states=True)
make("gru_activations", [GruCell(17, True, True, "sigmoid", "tanh"), GruCell(5, True, True, "relu"), Dense(3, "tanh")],
     "mean_squared_error", batch=3, steps=6, features=5)
make("gru_reset_before", [GruCell(17, True, False), GruCell(6, True, False, "sigmoid", "tanh"), GruCell(5, False, False), Dense(3, "softmax")],
     "categorical_crossentropy", batch=3, steps=6, features=5)
make("layer_normalization",
     [LayerNormalization(), Lstm(9, True), PRelu(), Dense(17, "tanh"), LayerNormalization(1e-5), PRelu(), Dense(2)],
     "mean_squared_error", batch=3, steps=6, features=5)
make("batch_normalization", [BatchNormalization(), SimpleRnn(9, True), BatchNormalization(0.9, 1e-5), Lstm(4), BatchNormalization(), Dense(2)],
     "mean_squared_error", batch=5, steps=6, features=5)
outer, inner = ResidualStart(), ResidualStart()
make("residual_skip", [outer, Dense(4, "tanh"), inner, Lstm(4, True), ResidualEnd(inner), ResidualEnd(outer), Gru(3, True), Dense(2), InputSkip(outer, 3)],
     "mean_squared_error", batch=3, steps=6, features=4)
embedding = Embedding(11, 7)
make("tied_embedding", [embedding, Lstm(9, True), Gru(7, True), TiedDense(embedding, "softmax")], "sparse_categorical_crossentropy", batch=3, steps=7, vocabulary=11)
make("penalties", [Embedding(11, 4), Lstm(5, True), Gru(3), Dense(4, "softmax")], "sparse_categorical_crossentropy", batch=3, steps=5, vocabulary=11,
     penalties={"embedding_1/embeddings": (0.001, 0.002), "lstm_1/kernel": (0.003, 0.0), "lstm_1/recurrent_kernel": (0.0, 0.004), "lstm_1/bias": (0.005, 0.0),
                "gru_1/kernel": (0.0, 0.006), "gru_1/recurrent_kernel": (0.007, 0.0), "gru_1/bias": (0.0, 0.008), "dense_1/kernel": (0.009, 0.01), "dense_1/bias": (0.0, 0.011)})
