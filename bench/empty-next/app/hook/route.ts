/** The least that a Next route handler can do with a webhook: read it and say yes. */
export async function POST(request: Request): Promise<Response> {
  await request.arrayBuffer();
  return Response.json({ status: "accepted" });
}
