"""Writes optimizers.json, parameters after each of some updates by PyTorch's optimisers in float64: python3 optimizers.py > optimizers.json

PyTorch's definitions agree with this project's where the learning rate is constant, except for epsilon: Adam's is set before each update to what the other
definition gives, RMSProp's is so small that its place does not matter.
"""
import json
import math
import sys

import numpy
import torch

COUNT, UPDATES = 32, 6


def single(value):
    return float(numpy.float32(value))


def run(name, make, before=lambda group, update: None):
    random = numpy.random.RandomState(7)
    initial = random.uniform(-1, 1, COUNT).astype(numpy.float32)
    # Bounded away from zero, of very different sizes.
    gradients = (random.choice([-1, 1], (UPDATES, COUNT)) * 10 ** random.uniform(-2, 1, (UPDATES, COUNT))).astype(numpy.float32)
    parameter = torch.nn.Parameter(torch.tensor(initial, dtype=torch.float64))
    optimizer = make([parameter])
    after = []
    for update in range(1, UPDATES + 1):
        before(optimizer.param_groups[0], update)
        parameter.grad = torch.tensor(gradients[update - 1], dtype=torch.float64)
        optimizer.step()
        after.append(parameter.detach().tolist())
    return {"name": name, "initial": initial.tolist(), "gradients": gradients.tolist(), "parameters": after}


def adam(name, kind, **more):
    rate, beta1, beta2, epsilon = single(0.01), single(0.9), single(0.999), single(1e-3)

    def correct(group, update):
        group["eps"] = epsilon / math.sqrt(1 - beta2**update)

    return run(name, lambda p: kind(p, lr=rate, betas=(beta1, beta2), **more), correct)


rate, momentum, rho, tiny = single(0.05), single(0.9), single(0.8), single(1e-12)
json.dump(
    [
        run("sgd", lambda p: torch.optim.SGD(p, lr=rate)),
        run("sgd momentum", lambda p: torch.optim.SGD(p, lr=rate, momentum=momentum)),
        run("sgd nesterov", lambda p: torch.optim.SGD(p, lr=rate, momentum=momentum, nesterov=True)),
        run("rmsprop", lambda p: torch.optim.RMSprop(p, lr=rate, alpha=rho, eps=tiny)),
        run("rmsprop momentum", lambda p: torch.optim.RMSprop(p, lr=rate, alpha=rho, eps=tiny, momentum=momentum)),
        adam("adam", torch.optim.Adam),
        adam("adamw", torch.optim.AdamW, weight_decay=single(0.1)),
    ],
    sys.stdout,
)
