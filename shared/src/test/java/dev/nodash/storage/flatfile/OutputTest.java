package dev.nodash.storage.flatfile;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputTest {

  @Test
  void piecesOfAnySizeStandOneBehindTheOther(@TempDir Path folder) throws IOException {
    var random = new Random(3);
    var expected = new ByteArrayOutputStream();
    expected.writeBytes("before".getBytes(US_ASCII));
    var path = folder.resolve("file");
    Files.write(path, expected.toByteArray());
    try (var file = new RealDisk().open(path)) {
      var output = new Output(Output.buffer(), file, expected.size());
      for (int i = 0; i < 40; i++) {
        var bytes = new byte[1 + random.nextInt(i % 10 == 0 ? 1 << 20 : 1 << 10)];
        random.nextBytes(bytes);
        int from = random.nextInt(bytes.length);
        int length = random.nextInt(bytes.length - from + 1);
        if (i % 2 == 0) {
          output.put(bytes, from, length);
        } else {
          output.put(ByteBuffer.allocateDirect(bytes.length).put(0, bytes), from, length);
        }
        expected.write(bytes, from, length);
      }
      assertThat(output.end()).isEqualTo(expected.size());
    }
    assertThat(path).hasBinaryContent(expected.toByteArray());
  }
}
