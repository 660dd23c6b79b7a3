package dev.nodash.storage.flatfile;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.nodash.model.UserId;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.Locale;
import java.util.regex.Pattern;

/** Whatever two ids are, their files are two, in their folder, on every file system. */
public final class NamesFuzz {
  private static final Pattern NAME = Pattern.compile("[a-z0-9_-]{1,64}|~[0-9a-f]{64}");

  private NamesFuzz() {}

  /** Called by the fuzzer. */
  public static void fuzzerTestOneInput(FuzzedDataProvider data) {
    var one = data.consumeString(300);
    var other = data.consumeBoolean() ? twin(one, data.consumeInt(0, 4)) : data.consumeRemainingAsString();
    if (!UserId.isValid(one) || !UserId.isValid(other)) {
      return;
    }
    var name = Names.of(new UserId(one));
    var otherName = Names.of(new UserId(other));
    if (!NAME.matcher(name).matches() || !NAME.matcher(otherName).matches()) {
      throw new IllegalStateException("no name of ours: " + name + ", " + otherName);
    }
    if (one.equals(other) != folded(name).equals(folded(otherName))) {
      throw new IllegalStateException("one file for two: " + name + ", " + otherName);
    }
  }

  /** Another text that some file system takes for the same. */
  private static String twin(String text, int how) {
    return switch (how) {
      case 0 -> text.toUpperCase(Locale.ROOT);
      case 1 -> text.toLowerCase(Locale.ROOT);
      case 2 -> Normalizer.normalize(text, Form.NFC);
      case 3 -> Normalizer.normalize(text, Form.NFD);
      default -> text + ".";
    };
  }

  private static String folded(String name) {
    return Normalizer.normalize(name, Form.NFKC).toLowerCase(Locale.ROOT);
  }
}
