package dev.nodash.storage.bigquery;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.auth.oauth2.GoogleCredentials;
import dev.nodash.json.JsonFault;
import dev.nodash.json.JsonTree;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;

/** Google's credentials as a text: a service account's key, or how a role elsewhere stands for one. Never shown. */
public record BigQueryCredentials(String json) {

  /**
   * Checks what can be seen without Google.
   *
   * @throws IllegalArgumentException if it is no JSON object with a type
   */
  public BigQueryCredentials {
    try {
      if (!(JsonTree.read(new StringReader(json)).get("type") instanceof String)) {
        throw new IllegalArgumentException("has no type, as Google's credentials have");
      }
    } catch (JsonFault e) {
      throw new IllegalArgumentException("is not a JSON object, as Google's credentials are", e);
    }
  }

  /** As Google's library reads them. */
  public GoogleCredentials google() {
    try {
      return GoogleCredentials.fromStream(new ByteArrayInputStream(json.getBytes(UTF_8)));
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalStateException("Google's library does not accept these credentials", e);
    }
  }

  /** What Google's chain finds: GOOGLE_APPLICATION_CREDENTIALS, gcloud's own, or the machine's account. */
  public static GoogleCredentials found() {
    try {
      return GoogleCredentials.getApplicationDefault();
    } catch (IOException e) {
      throw new IllegalStateException("is not set, and Google's chain of default credentials finds none", e);
    }
  }

  @Override
  public String toString() {
    return "credentials";
  }
}
