"""Random programs of the torch dialect with the answers of a real PyTorch.

    python3 test/oracle/generator --seed 1 --count 500 [--family view] > cases.jsonl

Each line is a case: the program, and for each of its statements the shape, strides and element type of the result and two sums of its
numbers, or the error. `gradients` are two sums of what `backward()` left at each input and parameter. Needs PyTorch 1.13 or later.
"""
import argparse
import json
import random
import sys
import warnings

import torch

import arithmetic
import every
import in_place
import layers
import losses
import sequences
import views
from program import Program

FAMILIES = {name.removeprefix("family_"): run for module in (arithmetic, every, in_place, layers, losses, sequences, views)
            for name, run in vars(module).items() if name.startswith("family_")}


def generate(seed, index, family=None):
    rng = random.Random(f"{seed}:{index}")
    torch.manual_seed(rng.randrange(1 << 30))
    name = family or rng.choice(sorted(set(FAMILIES) - {"every", "in_place"}) + ["view", "view"])
    program = Program(rng, index)
    FAMILIES[name](program)
    return program.finish(f"{seed}:{index}", name)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--family", choices=sorted(FAMILIES))
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)
    for i in range(options.count):
        text = json.dumps(generate(options.seed, i, options.family), separators=(",", ":"))
        if "INTERNAL ASSERT" not in text:  # a defect of PyTorch's own
            print(text)


if __name__ == "__main__":
    sys.exit(main())
