package dev.nodash.middleware;

import dev.nodash.contract.OpenApi;
import dev.nodash.http.HttpResponse;
import dev.nodash.middleware.Functions.Rules;
import dev.nodash.middleware.Handler.Answer;
import java.util.Map;

/** Serves the OpenAPI document: as a page, in JSON and in YAML; made anew each time, since few ask. */
final class DocsHandler {
  /** RFC 9512. */
  private static final String YAML = "application/yaml;charset=utf-8";

  private final Rules rules;

  DocsHandler(Rules rules) {
    this.rules = rules;
  }

  Answer page(Exchange exchange) {
    return Answer.of("text/html;charset=utf-8", document().html(),
        Map.of("Content-Security-Policy", OpenApi.PAGE_POLICY));
  }

  Answer json(Exchange exchange) {
    return Answer.of(HttpResponse.JSON, document().json(), Map.of());
  }

  Answer yaml(Exchange exchange) {
    return Answer.of(YAML, document().yaml(), Map.of());
  }

  private OpenApi document() {
    return new OpenApi(rules.service().version(), rules.apiKeyHeader());
  }
}
