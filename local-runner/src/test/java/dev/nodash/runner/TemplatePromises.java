package dev.nodash.runner;

import static dev.nodash.runner.TemplateFile.list;
import static dev.nodash.runner.TemplateFile.map;

import dev.nodash.middleware.Route;
import dev.nodash.runner.TemplateFile.Intrinsic;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Holds a template to what this project promises of it: its routes, rights, variables and logs. */
final class TemplatePromises {
  /** What the code calls at AWS, and no more. */
  static final Set<String> CALLED = Set.of("secretsmanager:GetSecretValue", "ssm:GetParameter", "kms:Decrypt",
      "dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive", "dynamodb:GetItem", "dynamodb:PutItem",
      "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:PartiQLInsert");
  /** What Lambda itself does in a function's name: write logs and traces, and join a VPC. */
  private static final Set<String> LAMBDAS_OWN = Set.of("sts:AssumeRole", "logs:CreateLogStream", "logs:PutLogEvents",
      "xray:PutTraceSegments", "xray:PutTelemetryRecords", "ec2:CreateNetworkInterface",
      "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:DeleteNetworkInterface",
      "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses");
  /** Actions that AWS does not let bind to a resource. */
  private static final Pattern UNBOUND = Pattern.compile("(ec2|xray):.*");
  /** Each path and the function that answers it; one with a parameter is left to the default route. */
  private static final Map<String, String> PATHS = Stream.of(Route.values())
      .flatMap(route -> route.paths().stream().filter(path -> !path.contains("{"))
          .flatMap(path -> (path.equals("/") ? Stream.of(path) : Stream.of(path, path + "/"))
              .map(each -> Map.entry(each, route.function()))))
      .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  private static final Pattern ZIP = Pattern.compile("functions/(\\w+)/target/nodash-\\1\\.zip");
  private static final Pattern LOGGED = Pattern.compile("\\$context\\.([\\w.]+)");
  /** Nobody's address, agent, path, query or identity. */
  private static final Set<String> IMPERSONAL = Set.of("requestId", "requestTime", "routeKey", "status",
      "responseLength", "responseLatency", "integrationLatency", "error.responseType");

  private final Map<?, ?> template;
  private final Path root;
  private final List<String> faults = new ArrayList<>();

  private TemplatePromises(Map<?, ?> template, Path root) {
    this.template = template;
    this.root = root;
  }

  /**
   * Every fault in words.
   *
   * @param root of the repository
   * @param variables that the code reads
   */
  static List<String> faults(Map<?, ?> template, Path root, Set<String> variables) {
    var it = new TemplatePromises(template, root);
    it.functions(variables);
    it.routes();
    it.rights();
    it.logs();
    return it.faults;
  }

  private Map<String, Map<?, ?>> ofType(String type) {
    var found = new HashMap<String, Map<?, ?>>();
    map(template, "Resources").forEach((name, it) -> {
      if (type.equals(map(it).get("Type"))) {
        found.put(Objects.toString(name), map(map(it), "Properties"));
      }
    });
    return found;
  }

  private void functions(Set<String> variables) {
    var globals = map(template, "Globals", "Function");
    if (!(globals.get("Timeout") instanceof Integer seconds) || seconds >= 29) {
      faults.add("Globals: a function has to end before the gateway gives up after 29 s");
    }
    ofType("AWS::Serverless::Function").forEach((name, properties) -> {
      var zip = ZIP.matcher(Objects.toString(properties.get("CodeUri")));
      if (!zip.matches() || !Files.exists(root.resolve("functions/" + zip.group(1) + "/pom.xml"))) {
        faults.add(name + ": its CodeUri is no zip that the build makes");
      }
      var main = Objects.toString(map(properties, "Environment", "Variables").get("MAIN_CLASS"));
      try {
        Class.forName(main);
      } catch (ClassNotFoundException e) {
        faults.add(name + ": there is no class " + main);
      }
      Stream.of(globals, properties).flatMap(it -> map(it, "Environment", "Variables").keySet().stream())
          .map(Objects::toString).filter(it -> !it.equals("MAIN_CLASS") && !variables.contains(it))
          .forEach(it -> faults.add(name + ": nothing reads the variable " + it));
      if (!(properties.get("Role") instanceof Intrinsic)) {
        faults.add(name + ": has to have a role of its own");
      }
    });
  }

  private void routes() {
    var owners = new HashMap<String, String>();
    ofType("AWS::Serverless::Function").forEach((function, properties) -> map(properties, "Events").values()
        .forEach(event -> {
          var route = map(map(event), "Properties");
          var path = Objects.toString(route.get("Path"), "");
          var method = Objects.toString(route.get("Method"), "");
          if (!method.equals(path.isEmpty() ? "" : "ANY")) {
            faults.add(function + ": " + path + " has to be for ANY method");
          }
          if (!(route.get("ApiId") instanceof Intrinsic api)
              || !ofType("AWS::Serverless::HttpApi").containsKey(api.text())) {
            faults.add(function + ": " + path + " belongs to no API");
          }
          var other = owners.put(path, function);
          if (other != null) {
            faults.add(function + ": " + path + " is a route twice");
          }
        }));
    var missing = new TreeSet<>(PATHS.keySet());
    missing.add("");
    missing.removeAll(owners.keySet());
    missing.forEach(it -> faults.add("no function has the route '" + it + "'"));
    PATHS.forEach((path, function) -> {
      var owner = owners.get(path);
      if (owner != null && !owner.equalsIgnoreCase(function + "Function")) {
        faults.add(owner + ": " + path + " is answered by " + function);
      }
    });
  }

  private void rights() {
    var granted = new TreeSet<String>();
    TemplateCheck.walk("Resources", template.get("Resources"), (path, value) -> {
      if (value instanceof Map<?, ?> statement && statement.containsKey("Effect")) {
        var actions = statement.get("Action") instanceof List<?> many
            ? many.stream().map(Objects::toString).toList()
            : List.of(Objects.toString(statement.get("Action")));
        granted.addAll(actions);
        if ("*".equals(statement.get("Resource")) && !actions.stream().allMatch(it -> UNBOUND.matcher(it).matches())) {
          faults.add(path + ": grants " + actions + " on everything");
        }
      }
    });
    granted.stream().filter(it -> !CALLED.contains(it) && !LAMBDAS_OWN.contains(it))
        .forEach(it -> faults.add("nothing calls " + it));
    CALLED.stream().filter(it -> !granted.contains(it)).forEach(it -> faults.add("nobody may call " + it));
  }

  private void logs() {
    ofType("AWS::Logs::LogGroup").forEach((name, properties) -> {
      if (!properties.containsKey("RetentionInDays")) {
        faults.add(name + ": keeps its lines for ever");
      }
    });
    ofType("AWS::Serverless::Function").forEach((name, properties) -> {
      if (!(map(properties, "LoggingConfig").get("LogGroup") instanceof Intrinsic group)
          || !ofType("AWS::Logs::LogGroup").containsKey(group.text())) {
        faults.add(name + ": has no log group of its own");
      }
    });
    ofType("AWS::Serverless::HttpApi").forEach((name, properties) -> {
      var format = Objects.toString(map(properties, "AccessLogSettings").get("Format"), "");
      var logged = LOGGED.matcher(format).results().map(it -> it.group(1)).toList();
      if (logged.isEmpty() || format.matches("(?s).*\\$(?!context\\.).*")) {
        faults.add(name + ": has no log of requests");
      }
      logged.stream().filter(it -> !IMPERSONAL.contains(it))
          .forEach(it -> faults.add(name + ": logs " + it + ", which may be personal"));
      if (properties.containsKey("CorsConfiguration")) {
        faults.add(name + ": the functions answer preflights, not the gateway");
      }
    });
  }

  /** The values a parameter may have. */
  static List<String> allowed(Map<?, ?> template, String parameter) {
    return list(map(template, "Parameters", parameter).get("AllowedValues")).stream().map(Objects::toString).toList();
  }
}
