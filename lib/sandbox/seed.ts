import { nextId, type SandboxState } from "./state.ts";

const people = [
  ["Anna", "Lindqvist"],
  ["Jürgen", "Weiß"],
  ["Zoë", "O’Connor"],
  ["José", "Ibáñez"],
  ["Łukasz", "Wójcik"],
  ["美咲", "田中"],
  ["Ngozi", "Okafor"],
  ["Søren", "Ågård"],
  ["Мария", "Иванова"],
  ["Dilara", "Yılmaz"],
  ["Renée", "Côté"],
  ["Priya", "Raman"],
  ["Tomáš", "Dvořák"],
  ["Fatima", "el-Amin"],
  ["Bo", "Nilsson"],
  ["Mei-Ling", "Chen"],
  ["Oluwaseun", "Adébáyò"],
  ["Grace", "Hopkins"],
  ["İlker", "Şahin"],
  ["Aoife", "Ní Bhriain"],
  ["Henrik", "Sæther"],
  ["Giulia", "D’Angelo"],
  ["Márton", "Kovács"],
  ["Leilani", "Kealoha"],
  ["Piet", "van der Berg"],
] as const;
const tagNames = [
  "Member",
  "Trial",
  "Hand planes, spring",
  "[Course] Joinery 07/26",
  "Newsletter",
  "Café ☕",
  "Lapsed",
  "VIP",
];
const fieldList = [
  ["Membership level", "dropdown", "MEMBERSHIP_LEVEL"],
  ["Renews on", "date", "RENEWS_ON"],
  ["Workshop", "listbox", "WORKSHOP"],
  ["Member password", "text", "MEMBER_PASSWORD"],
  ["City", "text", "CITY"],
  ["Site role", "text", "SITE_ROLE"],
] as const;
const levels = ["Bronze", "Silver", "Gold"];
const cities = ["Malmö", "Kraków", "Cork", "São Paulo", "京都", "Leeds"];
const joined = Date.parse("2026-01-05T09:00:00Z");
const dayMs = 86_400_000;

/** Letters that no decomposition brings to a plain one. */
const plainLetters: Record<string, string> = { ł: "l", ø: "o", ı: "i", ß: "ss" };

/** Text that fits the part before the @: letters of other alphabets are left to the number. */
const mailbox = (text: string) =>
  text
    .replace(/[łøıß]/gi, (letter) => plainLetters[letter.toLowerCase()] ?? letter)
    .normalize("NFKD")
    .replace(/[^A-Za-z]/g, "")
    .toLowerCase();

/** Adds one believable contact; the same number always gives the same person. */
export function seedContact(state: SandboxState, number: number): void {
  const [firstName, lastName] = people[(number - 1) % people.length] ?? people[0];
  const name = [mailbox(firstName), mailbox(lastName)].filter(Boolean).join(".") || "member";
  const at = new Date(joined + number * dayMs * 0.37);
  const value = (text: string) => ({ id: nextId(state), value: text });
  const values: [number, string][] = [
    [1, levels[number % 3] ?? ""],
    [2, new Date(at.getTime() + 365 * dayMs).toISOString().slice(0, 10)],
    [3, number % 4 === 0 ? "||Hand planes||Sharpening||" : "||Sharpening||"],
    [5, cities[number % cities.length] ?? ""],
  ];
  const tags = [1, (number % tagNames.length) + 1].filter((tag, index, all) => all.indexOf(tag) === index);
  state.contacts.set(number, {
    id: number,
    email: `${name}.${number}@example.com`,
    firstName,
    lastName,
    phone: number % 5 === 0 ? "" : `+46 70 555 ${String(number % 10_000).padStart(4, "0")}`,
    createdAt: at,
    updatedAt: at,
    deleted: false,
    fieldValues: new Map(values.map(([field, text]) => [field, value(text)])),
    tags: new Map(tags.map((tag) => [tag, nextId(state)])),
    lists: new Map([[1, 1]]),
  });
}

/** Fills an account with fixed people, tags, fields and lists: contacts 1 to `contacts`. */
export function seed(state: SandboxState, contacts: number): void {
  for (const [index, name] of tagNames.entries()) state.tags.set(index + 1, name);
  for (const [index, [title, type, perstag]] of fieldList.entries())
    state.fields.set(index + 1, { id: index + 1, title, type, perstag });
  state.lists.set(1, "Members");
  state.lists.set(2, "Newsletter");
  for (let number = 1; number <= contacts; number++) seedContact(state, number);
}
