package dev.nodash;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may know whom: the dependency rule of the house, one line a package. */
class ArchitectureTest {
  private static final String ROOT = "dev.nodash.";
  private static final JavaClasses CLASSES = new ClassFileImporter()
      .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("dev.nodash");

  /** A package and all that it may use beside the JDK, JSpecify and itself. */
  record Rule(String name, List<String> mayUse) {
    static Rule of(String name, String... mayUse) {
      return new Rule(name, List.of(mayUse));
    }

    @Override
    public String toString() {
      return name + " → " + String.join(", ", mayUse);
    }
  }

  static Stream<Rule> rules() {
    return Stream.of(
        Rule.of("model"),
        Rule.of("json", "dev.nodash.model", "tools.jackson.core.."),
        Rule.of("http"),
        Rule.of("contract", "dev.nodash.model", "dev.nodash.json", "tools.jackson.core.."),
        Rule.of("storage", "dev.nodash.model"),
        Rule.of("storage.memory", "dev.nodash.model", "dev.nodash.storage"),
        Rule.of("storage.flatfile", "dev.nodash.model", "dev.nodash.storage", "dev.nodash.json", "org.slf4j.."),
        Rule.of("storage.batch", "dev.nodash.model", "dev.nodash.storage", "org.slf4j.."),
        Rule.of("storage.resilience", "dev.nodash.model", "dev.nodash.storage", "io.github.resilience4j..",
            "org.slf4j.."),
        Rule.of("storage.postgres", "dev.nodash.model", "dev.nodash.storage", "javax.sql..", "org.postgresql..",
            "com.zaxxer.hikari..", "org.flywaydb.core..", "org.slf4j.."),
        Rule.of("storage.redis", "dev.nodash.model", "dev.nodash.storage", "io.lettuce.core..", "org.slf4j.."),
        Rule.of("storage.clickhouse", "dev.nodash.model", "dev.nodash.storage", "dev.nodash.json", "com.clickhouse..",
            "org.apache.hc.."),
        Rule.of("storage.dynamodb", "dev.nodash.model", "dev.nodash.storage", "dev.nodash.json", "dev.nodash.aws",
            "software.amazon.awssdk.."),
        Rule.of("storage.bigquery", "dev.nodash.model", "dev.nodash.storage", "dev.nodash.json", "com.google.auth..",
            "com.google.api.client..", "org.slf4j.."),
        Rule.of("middleware", "dev.nodash.model", "dev.nodash.json", "dev.nodash.http", "dev.nodash.storage",
            "dev.nodash.contract", "io.jsonwebtoken..", "com.github.benmanes.caffeine..", "org.slf4j.."),
        Rule.of("aws", "software.amazon.awssdk.."),
        Rule.of("secrets", "dev.nodash.model", "dev.nodash.json", "dev.nodash.aws", "software.amazon.awssdk.."),
        Rule.of("lambda", "dev.nodash.model", "dev.nodash.json", "dev.nodash.http", "org.slf4j.."),
        Rule.of("log", "dev.nodash.model", "dev.nodash.json", "org.slf4j.."));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void aPackageKnowsOnlyWhatItsRuleNames(Rule rule) {
    var itself = ROOT + rule.name();
    var allowed = Stream.concat(Stream.of("java..", "javax.crypto..", "org.jspecify..", itself),
        rule.mayUse().stream()).toArray(String[]::new);
    classes().that().resideInAPackage(itself).should().onlyDependOnClassesThat().resideInAnyPackage(allowed)
        .check(CLASSES);
  }

  @Test
  void everyPackageHasARule() {
    var ruled = Stream.concat(rules().map(rule -> ROOT + rule.name()), Stream.of(ROOT + "config"));
    assertThat(CLASSES.stream().map(JavaClass::getPackageName).distinct())
        .containsExactlyInAnyOrderElementsOf(ruled.toList());
  }

  @Test
  void aBackendKnowsNoOther() {
    for (var backend : backends()) {
      noClasses().that().resideInAPackage(backend).should().dependOnClassesThat(
          resideInAPackage("dev.nodash.storage.*..").and(not(resideInAPackage(backend)))).check(CLASSES);
    }
  }

  @Test
  void onlyTheCompositionRootKnowsBackendsAndSpring() {
    noClasses().that().resideOutsideOfPackages("dev.nodash.config", "dev.nodash.storage..").should()
        .dependOnClassesThat(resideInAnyPackage("dev.nodash.storage.*..", "org.springframework..", "java.sql.."))
        .check(CLASSES);
    noClasses().that().resideOutsideOfPackage("dev.nodash.config").should().dependOnClassesThat()
        .resideInAnyPackage("dev.nodash.config", "org.springframework..").check(CLASSES);
  }

  /** The log beside it: what it writes has a time that no step was given, also before there are settings. */
  @Test
  void onlyTheCompositionRootAsksTheSystemForTheTimeOrTheEnvironment() {
    noClasses().that().resideOutsideOfPackages("dev.nodash.config", "dev.nodash.log").should()
        .callMethod(Instant.class, "now").orShould().callMethod(System.class, "currentTimeMillis")
        .orShould().callMethod(System.class, "getenv").orShould().callMethod(System.class, "getenv", String.class)
        .orShould().callMethodWhere(systemClock()).check(CLASSES);
  }

  /** Copies of one snapshot have the same static fields, and would make the same ids and owners of claims from them. */
  @Test
  void noRandomnessOutlivesItsDeployment() {
    noFields().that().haveRawType(assignableTo(RandomGenerator.class)).should().beStatic().check(CLASSES);
    noClasses().should().callMethod(UUID.class, "randomUUID").orShould().callMethod(Math.class, "random")
        .orShould().dependOnClassesThat().areAssignableTo(ThreadLocalRandom.class).check(CLASSES);
  }

  @Test
  void ofABackendOnlyTheEntriesArePublic() {
    classes().that().resideInAPackage("dev.nodash.storage.*..").and().arePublic().and().areTopLevelClasses().should()
        .haveNameMatching(".*(Store|RateLimiter|Deduplicator|Database|Url|Credentials|Ping|Breaker)").check(CLASSES);
  }

  @Test
  void everyPackageIsNullMarked() throws Exception {
    for (var name : CLASSES.stream().map(JavaClass::getPackageName).distinct().toList()) {
      assertThat(Class.forName(name + ".package-info").isAnnotationPresent(NullMarked.class)).as(name).isTrue();
    }
  }

  @Test
  void thereIsNoCircleOfPackages() {
    slices().matching("dev.nodash.(**)").should()
        .beFreeOfCycles().check(CLASSES);
  }

  private static List<String> backends() {
    return CLASSES.stream().map(JavaClass::getPackageName).filter(name -> name.startsWith("dev.nodash.storage."))
        .distinct().toList();
  }

  private static DescribedPredicate<JavaAccess<?>> systemClock() {
    return DescribedPredicate.describe("the system's clock",
        access -> access.getTargetOwner().isEquivalentTo(Clock.class)
            && (access.getName().startsWith("system") || access.getName().startsWith("tick")));
  }
}
