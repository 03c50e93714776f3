/** The columns of the log: widths, and where each lands on a card. The last two give way to the panel. */

const cell =
  "h-[41px] px-2 py-[3px] align-middle border-b border-line-soft max-sm:h-auto max-sm:border-0 max-sm:p-0";
const head = "h-8 px-2 whitespace-nowrap";
const wide =
  "num text-right whitespace-nowrap max-lg:hidden max-sm:hidden 2xl:group-data-[panel=open]/stage:hidden";

export const column = {
  x: {
    word: "Select",
    head: `${head} w-9 pr-0! pl-2.5!`,
    cell: `${cell} sm:w-9 sm:pr-0! sm:pl-2.5! max-sm:[grid-area:x]`,
  },
  time: {
    word: "Time",
    head: `${head} w-[76px]`,
    cell: `${cell} max-sm:text-right max-sm:[grid-area:t]`,
  },
  outcome: {
    word: "Outcome",
    head: `${head} w-[178px] pl-7! 2xl:w-[236px] 2xl:group-data-[panel=open]/stage:w-[158px]`,
    cell: `${cell} sm:pl-1.5! max-sm:[grid-area:s]`,
  },
  contact: { word: "Contact", head, cell: `${cell} max-sm:pt-1.5 max-sm:[grid-area:c]` },
  asked: {
    word: "Asked for",
    head: `${head} w-[150px] 2xl:w-[230px] 2xl:group-data-[panel=open]/stage:w-[131px]`,
    cell: `${cell} max-sm:flex max-sm:min-w-0 max-sm:items-center max-sm:gap-1.5 max-sm:self-end max-sm:pt-1.5 max-sm:text-small max-sm:text-ink-3 max-sm:[grid-area:a]`,
  },
  hops: {
    word: "Hops",
    head: `${head} w-[100px] 2xl:w-[130px] 2xl:group-data-[panel=open]/stage:w-[92px]`,
    cell: `${cell} max-sm:self-end max-sm:pl-3 max-sm:[grid-area:h]`,
  },
  answered: { word: "Answered", head: `${head} w-[84px] ${wide}`, cell: `${cell} ${wide}` },
  took: { word: "Took", head: `${head} w-[92px] ${wide}`, cell: `${cell} ${wide}` },
} as const;

export const columns = Object.values(column);
