// Nursery rhymes that grow by a verse at a time. All of them are centuries old.

const jack = [
  "the house that jack built.",
  "the malt\nthat lay in ",
  "the rat\nthat ate ",
  "the cat\nthat killed ",
  "the dog\nthat worried ",
  "the cow with the crumpled horn\nthat tossed ",
  "the maiden all forlorn\nthat milked ",
  "the man all tattered and torn\nthat kissed ",
  "the priest all shaven and shorn\nthat married ",
  "the cock that crowed in the morn\nthat woke ",
  "the farmer sowing his corn\nthat kept ",
];

const days = [
  "first", "second", "third", "fourth", "fifth", "sixth",
  "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
]; // prettier-ignore

const gifts = [
  "a partridge in a pear tree.",
  "two turtle doves,\nand ",
  "three french hens,\n",
  "four colly birds,\n",
  "five gold rings,\n",
  "six geese a-laying,\n",
  "seven swans a-swimming,\n",
  "eight maids a-milking,\n",
  "nine drummers drumming,\n",
  "ten pipers piping,\n",
  "eleven ladies dancing,\n",
  "twelve lords a-leaping,\n",
];

/** The first lines of a rhyme in the order in which they are sung: the newest first. */
function upTo(lines: readonly string[], verse: number): string {
  return lines
    .slice(0, verse + 1)
    .reverse()
    .join("");
}

/** About ten thousand characters of small letters, spaces, commas, full stops, hyphens and line ends. */
export const rhymes = [
  ...jack.map((_, verse) => `this is ${upTo(jack, verse)}`),
  ...days.map((day, verse) => `on the ${day} day of christmas\nmy true love sent to me\n${upTo(gifts, verse)}`),
].join("\n\n");
