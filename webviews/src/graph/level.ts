import dagre from "@dagrejs/dagre";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A part within a group, or a place where an edge crosses its border. */
export interface Item {
  readonly width: number;
  readonly height: number;
  readonly border?: "entry" | "exit" | undefined;
}

/** From one item to another, by their indices, and where on them, counted from the middle. */
export interface Link {
  readonly from: number;
  readonly to: number;
  readonly fromOffset: number;
  readonly toOffset: number;
}

/** One group laid out by itself, from (0, 0). */
export interface Level {
  readonly width: number;
  readonly height: number;
  /** The middle of each item. */
  readonly places: readonly Point[];
  readonly lines: readonly (readonly Point[])[];
}

const kept = new Map<string, Level>();
const MOST_KEPT = 400;

/** Places the items of one group so that edges lead downwards. The same group is laid out once: blocks are often alike. */
export function layLevel(items: readonly Item[], links: readonly Link[]): Level {
  const key = JSON.stringify([items, links]);
  const known = kept.get(key);
  if (known) return known;
  const level = placed(items, links);
  if (kept.size >= MOST_KEPT) kept.delete([...kept.keys()][0] ?? "");
  kept.set(key, level);
  return level;
}

/** Where edges come in is above everything, and where they go out below. */
const TOP = "top";
const BOTTOM = "bottom";

function placed(items: readonly Item[], links: readonly Link[]): Level {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: "TB", nodesep: 22, edgesep: 14, ranksep: 24, ranker: "network-simplex" });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const [index, { width, height }] of items.entries()) graph.setNode(String(index), { width, height });
  for (const [index, { from, to }] of links.entries()) {
    graph.setEdge(String(from), String(to), { weight: 1 }, String(index));
  }
  for (const [border, anchor] of [
    ["entry", TOP],
    ["exit", BOTTOM],
  ] as const) {
    const crossing = items.flatMap((item, index) => (item.border === border ? [String(index)] : []));
    if (crossing.length === 0) continue;
    graph.setNode(anchor, { width: 1, height: 1 });
    for (const index of crossing) {
      if (border === "entry") graph.setEdge(anchor, index, { weight: 8 }, anchor);
      else graph.setEdge(index, anchor, { weight: 8 }, anchor);
    }
  }
  dagre.layout(graph);
  return trimmed(items, links, graph);
}

/** The anchors take no room. */
function trimmed(
  items: readonly Item[],
  links: readonly Link[],
  graph: InstanceType<typeof dagre.graphlib.Graph>,
): Level {
  const nodes = items.map((_, index) => graph.node(String(index)) as Required<Point>);
  const lines = links.map(({ from, to, fromOffset, toOffset }, index) => {
    const { points = [] } = graph.edge(String(from), String(to), String(index)) as { points?: readonly Point[] };
    return ended(points, nodes[from], nodes[to], items[from], items[to], fromOffset, toOffset);
  });
  const corners = [
    ...nodes.flatMap(({ x, y }, i) => {
      const { width = 0, height = 0 } = items[i] ?? {};
      return [
        { x: x - width / 2, y: y - height / 2 },
        { x: x + width / 2, y: y + height / 2 },
      ];
    }),
    ...lines.flat(),
  ];
  const [left, top] = [least(corners, "x"), least(corners, "y")];
  const moved = ({ x, y }: Point): Point => ({ x: x - left, y: y - top });
  return {
    width:
      -least(
        corners.map(({ x, y }) => ({ x: -x, y })),
        "x",
      ) - left,
    height:
      -least(
        corners.map(({ x, y }) => ({ x, y: -y })),
        "y",
      ) - top,
    places: nodes.map(moved),
    lines: lines.map((line) => line.map(moved)),
  };
}

function least(points: readonly Point[], axis: "x" | "y"): number {
  return points.reduce((least, point) => Math.min(least, point[axis]), points.length > 0 ? Infinity : 0);
}

/** An edge that begins below one item and ends above the other, where it belongs on them. */
function ended(
  points: readonly Point[],
  from: Point | undefined,
  to: Point | undefined,
  above: Item | undefined,
  below: Item | undefined,
  fromOffset: number,
  toOffset: number,
): Point[] {
  if (!from || !to || !above || !below) return [...points];
  const start = { x: from.x + fromOffset, y: from.y + above.height / 2 };
  const end = { x: to.x + toOffset, y: to.y - below.height / 2 };
  return [start, ...points.slice(1, -1), end];
}
