package dev.nodash.runner;

/**
 * One track or identify of a client that gives its messages ids.
 *
 * @param timestamp when the client says it happened, empty for now
 */
record Message(String tenant, String id, String user, boolean identify, String timestamp) {

  String path() {
    return identify ? "/v1/identify" : "/v1/track";
  }

  /** The body; an identify sets the trait that is named after the message. */
  String json() {
    var time = timestamp.isEmpty() ? "" : ",\"timestamp\":\"" + timestamp + "\"";
    var what = identify ? "\"traits\":{\"" + id + "\":\"" + id + "\"}" : "\"event\":\"crash\",\"properties\":{\"n\":1}";
    return "{\"messageId\":\"" + id + "\",\"userId\":\"" + user + "\"" + time + "," + what + "}";
  }

  String[] headers() {
    return new String[]{"x-tenant-id", tenant, "x-api-key", "demo-api-key-" + tenant};
  }
}
