/** Programs that ask for a path that is not there read the same kind of answer as everywhere else. */
function answer(): Response {
  const message = "There is no such path. /api/openapi.json describes those that are there.";
  return Response.json({ error: { code: "not_found", message } }, { status: 404 });
}

export { answer as DELETE, answer as GET, answer as PATCH, answer as POST, answer as PUT };
