/** What a field of this name holds in the examples, wherever it stands; `path/name` where one thing says it otherwise. */
export const exampleValues: Record<string, unknown> = {
  email: "ada@example.com",
  login: "ada",
  password: "correct horse battery staple",
  firstName: "Ada",
  lastName: "Lovelace",
  role: "subscriber",
  roles: ["subscriber"],
  tags: ["Gold", "Course: Start"],
  tag: "Gold",
  add: ["Course: Start"],
  remove: ["Lead"],
  fields: { city: "London", phone: "+44 20 7946 0018" },
  contactId: "4711",
  connectionName: "Oakline",
  name: "Oakline",
  kindLabel: "ActiveCampaign",
  baseUrl: "https://oakline.api-us1.com",
  url: "https://members.example.com/account",
  returnTo: "https://members.example.com/account",
  code: "3kTq9ZcVtYb1Rr7mLwXp0NfGhJd2SaUe8oQi5vBxCyE",
  token: "rct_8Jq2mZr5Wc1Tn7Lx0Vb4Ks9Pd6Gf3Hy2",
  key: "rck_4Tn8Vq1Zc6Wm0Xr5Lb9Kd2Ps7G",
  prefix: "rck_4Tn8",
  actor: "owner@example.com",
  by: "owner@example.com",
  createdBy: "owner@example.com",
  allowedIps: ["198.51.100.0/24"],
  q: "ada",
  cursor: "AZqD0f0LdN6Kq1c1Xw2u3w",
  nextCursor: null,
  limit: 50,
  timeoutMs: 2500,
  source: "crm",
  scopes: ["site"],
  day: "2026-03-14",
};

/** What stands for the formats and patterns of JSON Schema. */
export const exampleFormats: Record<string, unknown> = {
  uuid: "019a8f3c-5d21-7c4e-9b1a-2f6d8e0c4b7a",
  "date-time": "2026-03-14T09:26:53.589Z",
  date: "2026-03-14",
  email: "ada@example.com",
  uri: "https://members.example.com/",
};

/** Bodies of operations whose fields exclude each other, which no schema can say. */
export const exampleBodies: Record<string, unknown> = {
  muteAlerts: { kind: "work_late", hours: 4 },
  previewErasure: { email: "ada@example.com" },
  createErasure: { email: "ada@example.com", confirm: "ada@example.com" },
  createRetries: {
    filter: { status: "dead,failed", reason: "crm_timeout", from: "2026-03-14T00:00:00.000Z" },
    dryRun: true,
  },
};
