import { defineExperiment } from "shapewright";
import { F, nn, optim, torch } from "shapewright/torch";
import type { Tensor } from "shapewright/torch";

/** A graph convolutional network of two layers (arXiv 1609.02907): each node hears its neighbours, and then theirs. */
export class Gcn extends nn.Module {
  first: nn.Linear;
  second: nn.Linear;
  dropout = new nn.Dropout(0.5);

  constructor(features: number, width: number, classes: number) {
    super();
    this.first = new nn.Linear(features, width);
    this.second = new nn.Linear(width, classes);
  }

  /**
   * @shape nodes [V, 16]
   * @shape edges [V, V]
   */
  forward(nodes: Tensor, edges: Tensor): Tensor {
    const mix = normalised(edges);
    const h = F.relu(mix.matmul(this.first(nodes)));
    return mix.matmul(this.second(this.dropout(h)));
  }
}

/** D^-½ (A + I) D^-½: every node hears itself, and one with many neighbours hears each of them less. */
function normalised(edges: Tensor): Tensor {
  const withLoops = edges.add(torch.eye(edges.size(0)));
  const scale = withLoops.sum(1).rsqrt();
  return withLoops.mul(scale.unsqueeze(1)).mul(scale.unsqueeze(0));
}

/** Nodes of a few blocks. Within a block, many are joined; their features hardly tell the blocks apart. */
function blockGraph(perBlock: number, blocks: number, features: number) {
  const count = perBlock * blocks;
  const block = torch.arange(blocks).repeatInterleave(perBlock);
  const same = block.unsqueeze(1).eq(block.unsqueeze(0));
  const likely = same.float().mul(0.2).add(0.02);
  const upper = torch.rand(count, count).lt(likely).triu(1).float();
  const edges = upper.add(upper.t());
  const hint = F.oneHot(block, features).float();
  const nodes = torch.randn(count, features).add(hint);
  // Of one node in ten it is known which block it belongs to.
  const known = torch.rand(count).lt(0.1);
  return { nodes, edges, block, known };
}

interface Targets {
  readonly block: Tensor;
  readonly known: Tensor;
  readonly given: Tensor;
}

/** Of some of the nodes, the share that is put into its own block. */
function accuracy(scores: Tensor, block: Tensor, chosen: Tensor): number {
  const right = scores.argmax(1).eq(block).logicalAnd(chosen);
  return right.sum().item() / chosen.sum().item();
}

export default defineExperiment({
  name: "Graph network finds the blocks of a graph",
  hyperparameters: { epochs: 200, learningRate: 0.01, seed: 1, width: 32 },
  data: () => {
    const { nodes, edges, block, known } = blockGraph(50, 4, 16);
    // Cross-entropy leaves the class -100 out: most labels are not given away.
    const given = torch.where(known, block, -100);
    const graph: [Tensor, Tensor, Targets] = [nodes, edges, { block, known, given }];
    return { train: [graph], validation: [graph] };
  },
  model: ({ width }) => new Gcn(16, width, 4),
  loss: (output, { given }) => F.crossEntropy(output, given),
  optimizer: (parameters, { learningRate }) => new optim.Adam(parameters, { lr: learningRate, weightDecay: 5e-4 }),
  metrics: {
    accuracy: (output, { block, known }) => accuracy(output, block, known.logicalNot()),
  },
});
