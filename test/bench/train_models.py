"""The other side of `npm run bench:train`: the models of train-models.ts in PyTorch, with one thread."""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(1)
torch.set_num_interop_threads(1)


class Mlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(784, 128)
        self.second = nn.Linear(128, 10)

    def forward(self, x):
        return self.second(F.relu(self.first(x)))


class Cnn(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(1, 32, 3)
        self.second = nn.Conv2d(32, 64, 3)
        self.readout = nn.Linear(1600, 10)

    def forward(self, x):
        features = F.max_pool2d(F.relu(self.first(x)), 2)
        return self.readout(F.max_pool2d(F.relu(self.second(features)), 2).flatten(1))


class Lstm(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(64, 64, batch_first=True)
        self.readout = nn.Linear(64, 10)

    def forward(self, x):
        output, _ = self.lstm(x)
        return self.readout(output.select(1, -1))


def attend(q, k, v):
    if hasattr(F, "scaled_dot_product_attention"):
        return F.scaled_dot_product_attention(q, k, v, is_causal=True)
    scores = q @ k.transpose(-2, -1) / q.size(-1) ** 0.5
    hidden = torch.ones(q.size(-2), k.size(-2), dtype=torch.bool).tril().logical_not()
    return scores.masked_fill(hidden, float("-inf")).softmax(-1) @ v


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.packed = nn.Linear(64, 192)
        self.output = nn.Linear(64, 64)

    def forward(self, x):
        batch, length, _ = x.shape
        q, k, v = (part.view(batch, length, 4, 16).transpose(1, 2) for part in self.packed(x).chunk(3, -1))
        return self.output(attend(q, k, v).transpose(1, 2).reshape(batch, length, 64))


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.before = nn.LayerNorm(64)
        self.attention = Attention()
        self.between = nn.LayerNorm(64)
        self.expand = nn.Linear(64, 256)
        self.contract = nn.Linear(256, 64)

    def forward(self, x):
        attended = x + self.attention(self.before(x))
        return attended + self.contract(F.relu(self.expand(self.between(attended))))


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(64, 64)
        self.positions = nn.Embedding(64, 64)
        self.blocks = nn.Sequential(Block(), Block())
        self.readout = nn.Linear(64, 64)

    def forward(self, x):
        hidden = self.tokens(x) + self.positions(torch.arange(64))
        return self.readout(self.blocks(hidden)).flatten(0, 1)


workloads = {
    "mlp": lambda: (Mlp(), torch.randn(64, 784), torch.randint(0, 10, [64])),
    "cnn": lambda: (Cnn(), torch.randn(64, 1, 28, 28), torch.randint(0, 10, [64])),
    "lstm": lambda: (Lstm(), torch.randn(64, 32, 64), torch.randint(0, 10, [64])),
    "transformer": lambda: (Transformer(), torch.randint(0, 64, [32, 64]), torch.randint(0, 64, [32 * 64])),
}


def training(model, x, y):
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    steps = 0

    def step():
        nonlocal steps
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        steps += 1
        return loss.item() if steps % 100 == 1 else None

    return step


print(json.dumps({"name": f"PyTorch {torch.__version__}"}), flush=True)
trained = {}
for line in sys.stdin:
    name, milliseconds = line.split()
    if name not in trained:
        trained[name] = training(*workloads[name]())
        for _ in range(5):
            trained[name]()
    step = trained[name]
    wall, cpu = time.perf_counter(), time.process_time()
    count, loss = 0, 0.0
    while time.perf_counter() - wall < int(milliseconds) / 1000:
        value = step()
        loss = loss if value is None else value
        count += 1
    result = {"steps": count, "wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "loss": loss}
    print(json.dumps(result), flush=True)
