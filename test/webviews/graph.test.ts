// What the panel of a graph computes before it draws, and what it lets in.
import { describe, expect, it } from "vitest";
import {
  parseGraphRequest,
  parseGraphSettings,
  parseGraphState,
  type GraphEdge,
  type GraphPart,
} from "../../webviews/src/graph/contract";
import { layOut, type Box } from "../../webviews/src/graph/layout";
import { neighbour } from "../../webviews/src/graph/navigation";
import { shownAs, treeOf, unfolded, unfoldedAtFirst } from "../../webviews/src/graph/tree";

const plain: GraphPart = {
  ...{ kind: "operation", parent: -1, label: "op", operation: "op", path: "", count: 1, shapes: ["[N]"] },
  ...{ parameters: "", multiplyAdds: "", isShared: false, isUnused: false, errors: [], warnings: [], hasSource: false },
};
const part = (label: string, changes: Partial<GraphPart> = {}): GraphPart => ({ ...plain, label, ...changes });

/** x → block { a → b, x → b } → y */
const BLOCK = {
  parts: [
    part("x", { kind: "input" }),
    part("block", { kind: "module" }),
    part("a", { parent: 1 }),
    part("b", { parent: 1 }),
    part("y"),
  ],
  edges: [
    [0, 2, 0],
    [0, 3, 0],
    [2, 3, 0],
    [3, 4, 0],
  ] as GraphEdge[],
};
const measure = {
  title: (text: string) => text.length * 8,
  detail: (text: string) => text.length * 6,
  shape: (text: string) => text.length * 7,
};

function sceneOf({ parts, edges }: typeof BLOCK, open: readonly number[]) {
  const tree = treeOf({ parts });
  return { tree, scene: layOut({ edges }, tree, new Set(open), measure, (count) => `${count} operations`) };
}

function inside(inner: Box | undefined, outer: Box | undefined): boolean {
  if (!inner || !outer) return false;
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

describe("folding", () => {
  it("begins with what is read at a glance: repetitions stay folded, errors are seen", () => {
    const blocks = (errors: string[]) => [
      part("repeat", { kind: "repeat", count: 2 }),
      part("Block", { kind: "module", parent: 0 }),
      part("a", { parent: 1 }),
      part("Block", { kind: "module", parent: 0 }),
      part("a", { parent: 3, errors }),
      ...Array.from({ length: 8 }, (_, i) => part(`op ${i}`)),
    ];
    expect([...unfoldedAtFirst(treeOf({ parts: blocks([]) }))]).toEqual([]);
    expect([...unfoldedAtFirst(treeOf({ parts: blocks(["wrong"]) }))]).toEqual([0, 1, 3]);
  });

  it("unfolds a graph of one group, and not what would be too much", () => {
    expect([...unfoldedAtFirst(treeOf(BLOCK))]).toEqual([1]);
    const large = [part("net", { kind: "module" }), part("inner", { kind: "module", parent: 0 })];
    large.push(
      ...Array.from({ length: 100 }, () => part("op", { parent: 1 })),
      ...Array.from({ length: 9 }, () => plain),
    );
    expect([...unfoldedAtFirst(treeOf({ parts: large }))]).toEqual([0]);
  });

  it("is remembered by where a group is, whatever comes before it", () => {
    const tree = treeOf(BLOCK);
    const key = tree.key(1);
    expect([...unfolded(tree, { unfolded: new Set(), folded: new Set([key]) })]).toEqual([]);
    const other = treeOf({
      parts: [part("new"), ...BLOCK.parts.map((one) => ({ ...one, parent: one.parent < 0 ? -1 : 2 }))],
    });
    expect(other.key(2)).toBe(key);
  });

  it("shows a group in place of what is in it", () => {
    const tree = treeOf(BLOCK);
    expect(shownAs(tree, new Set(), 3)).toBe(1);
    expect(shownAs(tree, new Set([1]), 3)).toBe(3);
  });
});

describe("layout", () => {
  it("puts parts in their groups, edges downwards, nothing on top of anything", () => {
    const { scene } = sceneOf(BLOCK, [1]);
    const box = (index: number) => scene.boxes.find((one) => one.part === index);
    expect(scene.boxes.map((one) => one.part).sort()).toEqual([0, 1, 2, 3, 4]);
    expect([2, 3].map((index) => inside(box(index), box(1)))).toEqual([true, true]);
    expect([0, 4].some((index) => overlap(box(index) as Box, box(1) as Box))).toBe(false);
    for (const { points } of scene.wires) {
      const heights = points.map(({ y }) => y);
      expect(heights).toEqual([...heights].sort((a, b) => a - b));
    }
  });

  it("draws one line to a folded group for each tensor, with its shape", () => {
    const { scene } = sceneOf(BLOCK, []);
    expect(scene.wires.map(({ from, to, shape }) => `${from} ${to} ${shape}`)).toEqual(["0 1 [N]", "1 4 [N]"]);
  });

  it("leads a line through the border of a group without a gap", () => {
    const { scene } = sceneOf(BLOCK, [1]);
    const group = scene.boxes.find((one) => one.part === 1) as Box;
    const ends = scene.wires.filter(({ from }) => from === 0).map(({ points }) => points);
    const entering = ends.find((points) => points.at(-1)?.y === group.y)?.at(-1);
    const within = ends.filter((points) => points[0]?.y === group.y).map((points) => points[0]?.x);
    expect(within).toEqual([entering?.x, entering?.x]);
  });

  it("lays 500 operations out, group by group", () => {
    const parts = Array.from({ length: 25 }, (_, i) => part(`block ${i}`, { kind: "module" }));
    const edges: GraphEdge[] = [];
    for (let i = 0; i < 500; i++) {
      parts.push(part(`op ${i}`, { parent: Math.floor(i / 20) }));
      if (i > 0) edges.push([25 + i - 1, 25 + i, 0]);
      if (i >= 5 && i % 5 === 0) edges.push([25 + i - 5, 25 + i, 0]);
    }
    const open = parts.flatMap(({ kind }, index) => (kind === "module" ? [index] : []));
    const { scene } = sceneOf({ parts, edges }, open);
    expect(scene.boxes).toHaveLength(525);
    const cards = scene.boxes.filter(({ card }) => card);
    expect(cards.some((a, i) => cards.slice(i + 1, i + 30).some((b) => overlap(a, b)))).toBe(false);
  });
});

describe("arrow keys", () => {
  it("lead along the edges, into groups and out of them", () => {
    const { scene, tree } = sceneOf(BLOCK, [1]);
    const step = (from: number, direction: "up" | "down") =>
      tree.parts[neighbour(scene, tree, from, direction) ?? -1]?.label;
    expect([step(0, "down"), step(1, "down"), step(2, "down"), step(3, "down")]).toEqual(["a", "a", "b", "y"]);
    expect([step(4, "up"), step(3, "up"), step(2, "up")]).toEqual(["b", "a", "x"]);
  });

  it("lead to what is beside", () => {
    const parts = [part("x"), part("left"), part("right")];
    const edges: GraphEdge[] = [
      [0, 1, 0],
      [0, 2, 0],
    ];
    const { scene, tree } = sceneOf({ parts, edges }, []);
    const [one, other] = [neighbour(scene, tree, 1, "left"), neighbour(scene, tree, 1, "right")];
    expect([one, other].filter((index) => index !== undefined)).toEqual([2]);
  });
});

describe("messages", () => {
  const view = {
    ...{ file: "a.ts", subjects: ["Net"], subject: "Net", message: "", problems: [] },
    ...BLOCK,
  };

  it("of the extension are let in only when they are whole", () => {
    expect(parseGraphState({ type: "graph", view })).toEqual({ type: "graph", view });
    expect(parseGraphState({ type: "cursor", part: -1 })).toEqual({ type: "cursor", part: -1 });
    const inItself = view.parts.map((one, index) => ({ ...one, parent: index === 1 ? 1 : one.parent }));
    for (const wrong of [{ parts: [{}] }, { edges: [[0, 9, 0]] }, { edges: [[0, 1]] }, { parts: inItself }]) {
      expect(parseGraphState({ type: "graph", view: { ...view, ...wrong } })).toBeUndefined();
    }
    expect(parseGraphState({ type: "cursor", part: -2 })).toBeUndefined();
  });

  it("of the page are let in only as they are meant", () => {
    const requests = [
      { type: "ready" },
      { type: "choose", subject: "Net" },
      { type: "follow", isOn: false },
      { type: "reveal", part: 0 },
      { type: "export", format: "svg", data: "<svg xmlns='…'></svg>" },
      { type: "export", format: "png", data: "iVBORw0KGgo=" },
    ];
    for (const request of requests) expect(parseGraphRequest(request)).toEqual(request);
    for (const wrong of [
      null,
      { type: "run" },
      { type: "reveal", part: 1.5 },
      { type: "export", format: "svg", data: "<html>" },
      { type: "export", format: "png", data: "<svg " },
      { type: "export", format: "exe", data: "" },
    ]) {
      expect(parseGraphRequest(wrong)).toBeUndefined();
    }
  });

  it("of an earlier page keep what was unfolded", () => {
    const settings = { uri: "file:///a.ts", subject: "Net", follows: false, unfolded: ["/block"], folded: [] };
    expect(parseGraphSettings(settings)).toEqual(settings);
    expect(parseGraphSettings({ uri: "file:///a.ts", subject: "Net", unfolded: [3] })).toMatchObject({
      follows: true,
      unfolded: [],
    });
    expect(parseGraphSettings({ subject: "Net" })).toBeUndefined();
  });
});
