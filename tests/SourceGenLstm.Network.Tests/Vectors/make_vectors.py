"""Writes the reference vectors of this folder: stacks computed by PyTorch in float64, with outputs, final states, loss and the gradient of every parameter.

Run with the PyTorch that is at hand (the committed files were made with 1.13): python3 make_vectors.py

Parameters and inputs are float32 values, so that both sides start from the same numbers. Tensors are stored in the Keras layout: kernels are [inputs, units], those of
an LSTM [inputs, 4 units] with gates i, f, c, o; of one with coupled gates [inputs, 3 units] with gates f, c, o; peepholes are rows i, f, o
or f, o. PyTorch has the same order of gates; its matrices are transposed; of its two biases, which it adds up, the second is zero here.
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
    "softsign": torch.nn.functional.softsign,
    "gelu": torch.nn.functional.gelu,
    "gelu_tanh": lambda x: torch.nn.functional.gelu(x, approximate="tanh"),
    "leaky_relu": lambda x: leaky_relu(x, 0.2),
    "softplus": lambda x: torch.log(1 + torch.exp(x)),
    "silu": torch.nn.functional.silu,
    "elu": torch.nn.functional.elu,
    "exponential": torch.exp,
}


# Not torch.nn.functional.leaky_relu, whose negative slopes autograd refuses in place.
def leaky_relu(x, alpha):
    return torch.where(x > 0, x, alpha * x)


def activation_of(function):
    """A function, or the one of a name."""
    return ACTIVATIONS[function] if isinstance(function, str) else function


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

    def __init__(self, units, activation="linear", bias=True):
        self.units, self.activation, self.bias = units, activation, bias

    def build(self, inputs, generator):
        self.module = torch.nn.Linear(inputs, self.units, bias=self.bias)
        self.module.weight.data = uniform(generator, self.units, inputs, low=-0.7, high=0.7)
        if self.bias:
            self.module.bias.data = uniform(generator, self.units, low=-0.5, high=0.5)
        return self.units

    def forward(self, x, state):
        return activation_of(self.activation)(self.module(x))

    def tensors(self):
        return [("kernel", self.module.weight)] + ([("bias", self.module.bias)] if self.bias else [])

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

    def __init__(self, units, sequences, activation, recurrent_activation, output_activation=None):
        super().__init__(units, sequences)
        self.activation, self.recurrent_activation = activation_of(activation), activation_of(recurrent_activation)
        self.output_activation = activation_of(output_activation or activation)

    def forward(self, x, state):
        h, c = state
        outputs = []
        for step in range(x.shape[1]):
            z = x[:, step] @ self.module.weight_ih_l0.T + h @ self.module.weight_hh_l0.T + self.module.bias_ih_l0
            i, f, g, o = z.chunk(4, dim=1)
            c = self.recurrent_activation(f) * c + self.recurrent_activation(i) * self.activation(g)
            h = self.recurrent_activation(o) * self.output_activation(c)
            outputs.append(h)
        self.final = (h, c)
        return torch.stack(outputs, dim=1) if self.sequences else h


class ProjectedLstm(Lstm):
    """torch.nn.LSTM with proj_size."""

    def __init__(self, units, projection, sequences=False, bias=True):
        super().__init__(units, sequences)
        self.projection, self.bias = projection, bias

    def build(self, inputs, generator):
        self.module = torch.nn.LSTM(inputs, self.units, proj_size=self.projection, bias=self.bias, batch_first=True)
        self.module.weight_ih_l0.data = uniform(generator, 4 * self.units, inputs, low=-0.7, high=0.7)
        self.module.weight_hh_l0.data = uniform(generator, 4 * self.units, self.projection, low=-0.7, high=0.7)
        self.module.weight_hr_l0.data = uniform(generator, self.projection, self.units, low=-0.7, high=0.7)
        if self.bias:
            self.module.bias_ih_l0.data = uniform(generator, 4 * self.units, low=-0.5, high=0.5)
            self.module.bias_hh_l0.data = torch.zeros(4 * self.units)
        return self.projection

    def tensors(self):
        return (super().tensors() if self.bias else [("kernel", self.module.weight_ih_l0), ("recurrent_kernel", self.module.weight_hh_l0)]) + [
            ("projection_kernel", self.module.weight_hr_l0)]


class LstmVariant(Lstm):
    """The formulas, for what torch.nn.LSTM has not: peepholes, coupled gates, a limit of c, and a forget bias that is no weight."""

    def __init__(self, units, sequences=False, coupled=False, clip=None, forget_bias=0.0):
        super().__init__(units, sequences)
        self.coupled, self.clip, self.forget_bias = coupled, clip, forget_bias

    def build(self, inputs, generator):
        gates = 3 if self.coupled else 4
        self.weights = [
            ("kernel", uniform(generator, inputs, gates * self.units, low=-0.7, high=0.7)),
            ("recurrent_kernel", uniform(generator, self.units, gates * self.units, low=-0.7, high=0.7)),
            ("bias", uniform(generator, gates * self.units, low=-0.5, high=0.5)),
            ("peephole", uniform(generator, gates - 1, self.units)),
        ]
        for _, weights in self.weights:
            weights.requires_grad = True
        return self.units

    def forward(self, x, state):
        h, c = state
        kernel, recurrent_kernel, bias, peephole = (weights for _, weights in self.weights)
        outputs = []
        for step in range(x.shape[1]):
            z = (x[:, step] @ kernel + h @ recurrent_kernel + bias).chunk(3 if self.coupled else 4, dim=1)
            f = torch.sigmoid(z[-3] + peephole[-2] * c + self.forget_bias)
            i = 1 - f if self.coupled else torch.sigmoid(z[0] + peephole[0] * c)
            c = f * c + i * torch.tanh(z[-2])
            if self.clip is not None:
                c = c.clamp(-self.clip, self.clip)
            h = torch.sigmoid(z[-1] + peephole[-1] * c) * torch.tanh(c)
            outputs.append(h)
        self.final = (h, c)
        return torch.stack(outputs, dim=1) if self.sequences else h

    def tensors(self):
        return self.weights

    def keras(self, name, tensor):
        return tensor


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
        self.activation, self.recurrent_activation = activation_of(activation), activation_of(recurrent_activation)

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


class Unbiased:
    """torch.nn.LSTM, GRU and RNN with bias=False."""

    def __init__(self, layer):
        self.layer, self.kind, self.states, self.units = layer, layer.kind, layer.states, layer.units

    def build(self, inputs, generator):
        layer = self.layer
        units = layer.build(inputs, generator)
        module = type(layer.module)(inputs, self.units, bias=False, batch_first=True)
        module.weight_ih_l0.data, module.weight_hh_l0.data = layer.module.weight_ih_l0.data, layer.module.weight_hh_l0.data
        layer.module = module
        return units

    def forward(self, x, state):
        y = self.layer.forward(x, state)
        self.final = self.layer.final
        return y

    def tensors(self):
        return [("kernel", self.layer.module.weight_ih_l0), ("recurrent_kernel", self.layer.module.weight_hh_l0)]

    def keras(self, name, tensor):
        return self.layer.keras(name, tensor)


class RnnCell(SimpleRnn):
    """The formula, for activations that torch.nn.RNN has not."""

    def build(self, inputs, generator):
        function, self.activation = self.activation, "tanh"
        units = super().build(inputs, generator)
        self.activation = function
        return units

    def forward(self, x, state):
        h = state[0]
        outputs = []
        for step in range(x.shape[1]):
            h = activation_of(self.activation)(x[:, step] @ self.module.weight_ih_l0.T + h @ self.module.weight_hh_l0.T + self.module.bias_ih_l0)
            outputs.append(h)
        self.final = (h,)
        return torch.stack(outputs, dim=1) if self.sequences else h


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


class Conv1D:
    """torch.nn.Conv1d, padded with zeros before the first step or not at all; its kernel is [filters, inputs / groups, kernel size]. What it carries is the inputs of the last steps."""

    kind = "conv1d"
    states = ("history",)

    def __init__(self, filters, kernel_size, activation="linear", dilation=1, groups=1, bias=True, stride=1, valid=False):
        self.units, self.kernel_size, self.activation = filters, kernel_size, activation
        self.dilation, self.groups, self.bias = dilation, groups, bias
        self.stride, self.valid = stride, valid

    def build(self, inputs, generator):
        self.module = torch.nn.Conv1d(inputs, self.units, self.kernel_size, stride=self.stride, dilation=self.dilation, groups=self.groups, bias=self.bias)
        self.module.weight.data = uniform(generator, self.units, inputs // self.groups, self.kernel_size, low=-0.7, high=0.7)
        if self.bias:
            self.module.bias.data = uniform(generator, self.units, low=-0.5, high=0.5)
        return self.units

    def forward(self, x, state):
        history = (self.kernel_size - 1) * self.dilation
        padded = torch.nn.functional.pad(x.transpose(1, 2), (history, 0))
        self.final = (padded.transpose(1, 2)[:, -history:],)
        return ACTIVATIONS[self.activation](self.module(x.transpose(1, 2) if self.valid else padded).transpose(1, 2))

    def tensors(self):
        return [("kernel", self.module.weight)] + ([("bias", self.module.bias)] if self.bias else [])

    def keras(self, name, tensor):
        return tensor.permute(2, 1, 0) if name == "kernel" else tensor


class GlobalAveragePooling:
    kind = "global_pooling"
    states = ("mean", "count")

    def build(self, inputs, generator):
        self.units = inputs
        return inputs

    def forward(self, x, state):
        y = torch.nn.functional.adaptive_avg_pool1d(x.transpose(1, 2), 1)[:, :, 0]
        self.final = (y, torch.full((x.shape[0], 1), float(x.shape[1])))
        return y

    def tensors(self):
        return []


def loss_of(kind, y, targets):
    if kind == "binary_crossentropy":
        return torch.nn.functional.binary_cross_entropy(y, targets)
    if kind == "categorical_crossentropy":
        return -(targets * torch.log(y)).sum(dim=-1).mean()
    if kind == "sparse_categorical_crossentropy":
        return torch.nn.functional.nll_loss(torch.log(y).flatten(0, -2), targets.flatten())
    if kind == "smoothed_categorical_crossentropy":
        return torch.nn.functional.cross_entropy(torch.log(y).flatten(0, -2), targets.flatten(0, -2), label_smoothing=single(torch.tensor(0.25)).item())
    if kind == "smoothed_sparse_categorical_crossentropy":
        return torch.nn.functional.cross_entropy(torch.log(y).flatten(0, -2), targets.flatten(), label_smoothing=single(torch.tensor(0.1)).item())
    if kind == "ctc":
        labels, label_lengths = targets
        lengths = torch.full((y.shape[0],), y.shape[1])
        return torch.nn.functional.ctc_loss(torch.log(y).transpose(0, 1), labels, lengths, label_lengths, blank=0, reduction="none").mean()
    if kind == "mean_absolute_error":
        return torch.nn.functional.l1_loss(y, targets)
    if kind == "huber":
        return torch.nn.functional.huber_loss(y, targets, delta=0.5)
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
        sizes = [width if part == "h" else layer.units for part in layer.states]
        state = tuple(uniform(generator, batch, size) if initial_states else torch.zeros(batch, size) for size in sizes)
        for part, value in zip(layer.states, state):
            states[f"{layer.name}/{part}"] = value
        y = layer.forward(y, state)
        for tensor_name, tensor in layer.tensors():
            parameters[f"{layer.name}/{tensor_name}"] = (layer, tensor_name, tensor)

    if loss == "ctc":
        targets = torch.randint(1, width, (batch, 3), generator=generator), torch.arange(batch) % 4
    elif loss.endswith("sparse_categorical_crossentropy"):
        targets = torch.randint(width, y.shape[:-1], generator=generator)
    elif loss.endswith("categorical_crossentropy"):
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
        **targets_of(targets),
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
    write(name, result)


def make_bidirectional(name, cell, units, layers, batch, steps, features, outputs, lengths=None, initial_states=False, sequences=True):
    """A bidirectional module of PyTorch, of one or several layers, with a dense layer behind it and the mean squared error of all real steps, or of the last states.

    A sequence of length 0, which PyTorch refuses, has no steps: its states are the initial ones.
    """
    generator = torch.Generator().manual_seed(zlib.crc32(name.encode()))
    kind, module_type, groups = {"lstm": ("lstm", torch.nn.LSTM, 4), "gru": ("gru", torch.nn.GRU, 3), "rnn": ("simple_rnn", torch.nn.RNN, 1)}[cell]
    parts = "hc" if cell == "lstm" else "h"
    x = uniform(generator, batch, steps, features, low=-1.5, high=1.5)
    module = module_type(features, units, num_layers=layers, bidirectional=True, batch_first=True)
    dense = torch.nn.Linear(2 * units, outputs)
    dense.weight.data = uniform(generator, outputs, 2 * units, low=-0.7, high=0.7)
    dense.bias.data = uniform(generator, outputs, low=-0.5, high=0.5)
    keras = Gru.keras_order if cell == "gru" else lambda tensor: tensor
    parameters, states = {}, {part: [] for part in parts}
    for layer in range(layers):
        for direction, suffix in (("forward", ""), ("backward", "_reverse")):
            prefix = f"{kind}_{layer + 1}/{direction}"
            for part, rows in (("ih", features if layer == 0 else 2 * units), ("hh", units)):
                getattr(module, f"weight_{part}_l{layer}{suffix}").data = uniform(generator, groups * units, rows, low=-0.5, high=0.5)
                getattr(module, f"bias_{part}_l{layer}{suffix}").data = uniform(generator, groups * units, low=-0.5, high=0.5)
            if cell != "gru":
                getattr(module, f"bias_hh_l{layer}{suffix}").data.zero_()
            parameters[f"{prefix}/kernel"] = (getattr(module, f"weight_ih_l{layer}{suffix}"),)
            parameters[f"{prefix}/recurrent_kernel"] = (getattr(module, f"weight_hh_l{layer}{suffix}"),)
            biases = [getattr(module, f"bias_{part}_l{layer}{suffix}") for part in ("ih", "hh")]
            parameters[f"{prefix}/bias"] = tuple(biases) if cell == "gru" else (biases[0],)
            for part in parts:
                states[part].append(uniform(generator, batch, units) if initial_states else torch.zeros(batch, units))
    parameters["dense_1/kernel"] = (dense.weight,)
    parameters["dense_1/bias"] = (dense.bias,)

    # Only sequences that have a step go through the module.
    given = torch.tensor(lengths if lengths else [steps] * batch)
    real = given > 0
    initial = tuple(torch.stack(states[part])[:, real].contiguous() for part in parts)
    packed = torch.nn.utils.rnn.pack_padded_sequence(x[real], given[real], batch_first=True, enforce_sorted=False)
    y, final = module(packed, initial if cell == "lstm" else initial[0])
    y, _ = torch.nn.utils.rnn.pad_packed_sequence(y, batch_first=True, total_length=steps)
    finals = {}
    for part, value in zip(parts, final if cell == "lstm" else (final,)):
        finals[part] = torch.stack(states[part])
        finals[part][:, real] = value

    mask = (torch.arange(steps) < given[:, None]).double()
    if sequences:
        values = torch.zeros(batch, steps, 2 * units)
        values[real] = y
        z = dense(values)
        targets = uniform(generator, batch, steps, outputs)
        value = (((z - targets) ** 2).mean(dim=2) * mask).sum() / mask.sum()
        z = z * mask[:, :, None]
    else:
        z = dense(torch.cat([finals["h"][-2], finals["h"][-1]], dim=1))
        targets = uniform(generator, batch, outputs)
        value = ((z - targets) ** 2).mean()
    value.backward()

    def canonical(key, part):
        tensors = [getattr(tensor, part) for tensor in parameters[key]]
        if key.startswith("dense"):
            return tensors[0].T if key.endswith("kernel") else tensors[0]
        return torch.cat([keras(tensor) for tensor in tensors]) if key.endswith("bias") else keras(tensors[0]).T

    def named(values):
        return {
            f"{kind}_{index // 2 + 1}/{('forward', 'backward')[index % 2]}/{part}": values[part][index]
            for index in range(2 * layers) for part in parts
        }

    result = {
        "loss_kind": "mean_squared_error",
        "rows": batch,
        "steps": steps,
        "features": singles(x),
        "targets": singles(targets),
        "parameters": {key: singles(canonical(key, "data")) for key in parameters},
        "initial_states": {key: singles(value) for key, value in named(states).items()} if initial_states else {},
        "outputs": doubles(z),
        "final_states": {key: doubles(value) for key, value in named(finals).items()},
        "loss": value.item(),
        "gradients": {key: doubles(canonical(key, "grad")) for key in parameters},
    }
    if lengths:
        result["lengths"] = lengths
    write(name, result)


def write(name, result):
    with open(os.path.join(FOLDER, name + ".json"), "w", encoding="utf-8", newline="\n") as file:
        file.write("{\n" + ",\n".join(f"  {json.dumps(key)}: {dump(entry)}" for key, entry in result.items()) + "\n}\n")
    print(f"{name}: loss {result['loss']:.6f}, {sum(len(values) for values in result['parameters'].values())} parameters")


def targets_of(targets):
    """Labels with their number, labels, or values."""
    if isinstance(targets, tuple):
        return {"labels": integers(targets[0]), "label_lengths": integers(targets[1])}
    return {"labels": integers(targets)} if targets.dtype == torch.int64 else {"targets": singles(targets)}


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
make_bidirectional("bidirectional_lstm", "lstm", 17, 1, batch=4, steps=6, features=3, outputs=2, lengths=[6, 1, 4, 0])
make_bidirectional("bidirectional_gru", "gru", 9, 1, batch=4, steps=5, features=4, outputs=3, lengths=[0, 5, 2, 3], sequences=False)
make_bidirectional("bidirectional_rnn", "rnn", 16, 1, batch=2, steps=5, features=3, outputs=2)
make_bidirectional("bidirectional_stack_initial_states", "lstm", 5, 2, batch=2, steps=6, features=3, outputs=2, lengths=[6, 4], initial_states=True)
make("no_bias", [Unbiased(Lstm(9, True)), Unbiased(Gru(6, True)), Unbiased(SimpleRnn(7)), Dense(3, "softmax", bias=False)],
     "categorical_crossentropy", batch=3, steps=6, features=5)
make("projected_lstm_initial_states", [ProjectedLstm(17, 7, True), ProjectedLstm(9, 4, True, bias=False), ProjectedLstm(6, 5), Dense(2)],
     "mean_squared_error", batch=2, steps=6, features=5, initial_states=True)
make("lstm_variants", [LstmVariant(9, True, forget_bias=1.0), LstmVariant(7, True, coupled=True), LstmVariant(6, True, clip=0.375), Dense(3, "softmax")],
     "categorical_crossentropy", batch=3, steps=6, features=5)
make("dense_activations",
     [Dense(17, "gelu"), Dense(5, "softsign"), Dense(33, lambda x: torch.nn.functional.elu(x, 0.75)), Dense(3, "gelu_tanh"), Dense(6, "leaky_relu"), Dense(4, "softplus"), Dense(2)],
     "mean_squared_error", batch=4, steps=3, features=3)
make("dense_activation_parameters",
     [Dense(5, lambda x: 0.5 * x + 0.25), Dense(17, lambda x: 1.75 * torch.tanh(0.625 * x)), Dense(5, lambda x: torch.nn.functional.threshold(x, 0.125, 0.0)), Dense(6, "silu"),
      Dense(5, lambda x: torch.clamp(0.25 * x + 0.5, 0, 1)), Dense(4, "exponential"), Dense(2, lambda x: leaky_relu(x, -0.5))],
     "mean_squared_error", batch=4, steps=3, features=3)
make("lstm_activations",
     [LstmCell(17, True, "gelu", "sigmoid", "softsign"), LstmCell(5, True, lambda x: 0.75 * torch.tanh(1.5 * x), "gelu"),
      LstmCell(3, False, lambda x: 0.5 * x, lambda x: torch.clamp(0.25 * x + 0.5, 0, 1), "silu")],
     "mean_squared_error", batch=3, steps=4, features=5)
make("gru_more_activations", [GruCell(3, True, True, "softsign", "gelu_tanh"), GruCell(3, True, False, "softsign", "gelu"), GruCell(17, False, True, "gelu")],
     "mean_squared_error", batch=3, steps=4, features=3)
make("simple_rnn_activations",
     [Embedding(7, 3), RnnCell(33, True, "gelu"), RnnCell(5, True, lambda x: leaky_relu(x, -0.25)), RnnCell(4, True, "elu"), RnnCell(3, False, "silu")],
     "mean_squared_error", batch=3, steps=4, vocabulary=7)
outer, inner = ResidualStart(), ResidualStart()
make("residual_skip", [outer, Dense(4, "tanh"), inner, Lstm(4, True), ResidualEnd(inner), ResidualEnd(outer), Gru(3, True), Dense(2), InputSkip(outer, 3)],
     "mean_squared_error", batch=3, steps=6, features=4)
embedding = Embedding(11, 7)
make("tied_embedding", [embedding, Lstm(9, True), Gru(7, True), TiedDense(embedding, "softmax")], "sparse_categorical_crossentropy", batch=3, steps=7, vocabulary=11)
make("penalties", [Embedding(11, 4), Lstm(5, True), Gru(3), Dense(4, "softmax")], "sparse_categorical_crossentropy", batch=3, steps=5, vocabulary=11,
     penalties={"embedding_1/embeddings": (0.001, 0.002), "lstm_1/kernel": (0.003, 0.0), "lstm_1/recurrent_kernel": (0.0, 0.004), "lstm_1/bias": (0.005, 0.0),
                "gru_1/kernel": (0.0, 0.006), "gru_1/recurrent_kernel": (0.007, 0.0), "gru_1/bias": (0.0, 0.008), "dense_1/kernel": (0.009, 0.01), "dense_1/bias": (0.0, 0.011)})
make("conv1d_dilated", [Conv1D(17, 3, "tanh"), Conv1D(5, 2, "relu", dilation=3), Gru(4, True), Dense(2)], "mean_squared_error", batch=3, steps=7, features=3)
make("conv1d_strided_valid", [Conv1D(7, 3, "tanh", stride=2), Conv1D(5, 2, "tanh", dilation=2, valid=True), Conv1D(4, 3, "tanh", stride=3), Gru(4, True), Dense(2)],
     "mean_squared_error", batch=3, steps=17, features=3)
make("conv1d_strided_groups_last", [Conv1D(6, 3, "tanh", groups=2, stride=2, valid=True), Lstm(4), Dense(3, "softmax")], "categorical_crossentropy", batch=3, steps=10, features=4)
make("conv1d_groups_average_pooling",
     [Conv1D(6, 3, "tanh", dilation=2, groups=2), Conv1D(6, 2, "tanh", groups=6, bias=False), GlobalAveragePooling(), Dense(3, "softmax")],
     "categorical_crossentropy", batch=3, steps=6, features=4)
make("absolute_error", [SimpleRnn(5, True), Dense(3)], "mean_absolute_error", batch=5, steps=7, features=3)
make("huber", [Lstm(4), Dense(33, "tanh")], "huber", batch=3, steps=7, features=2)
make("smoothed_cce", [Lstm(3), Dense(4, "softmax")], "smoothed_categorical_crossentropy", batch=3, steps=7, features=3)
make("smoothed_sparse_cce", [Embedding(5, 3), SimpleRnn(3, True), Dense(33, "softmax")], "smoothed_sparse_categorical_crossentropy", batch=5, steps=3, vocabulary=5)
make("ctc", [Lstm(5, True), Dense(4, "softmax")], "ctc", batch=5, steps=7, features=3)
