package dev.nodash.storage.clickhouse;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One session of the ClickHouse engine in libchdb.so, which is loaded into this process. All sessions of a process see
 * the same data folder; a session does one thing at a time.
 */
@SuppressWarnings("restricted")
final class Chdb {
  private final Library library;
  private final MemorySegment connection;

  private Chdb(Library library, MemorySegment connection) {
    this.library = library;
    this.connection = connection;
  }

  /** What a statement gave. */
  static final class Answer {
    private final byte[] data;
    private final long written;

    private Answer(byte[] data, long written) {
      this.data = data;
      this.written = written;
    }

    byte[] data() {
      return data;
    }

    /** How many rows it wrote. */
    long written() {
      return written;
    }
  }

  /** What the engine says against a statement. */
  static final class Refused extends Exception {
    Refused(String message) {
      super(message, null, false, false);
    }
  }

  /** Runs a statement that carries no rows. */
  Answer query(String sql, String format) throws Refused {
    try (var arena = Arena.ofConfined()) {
      var text = bytes(arena, sql.getBytes(UTF_8));
      var name = bytes(arena, format.getBytes(UTF_8));
      return answer((MemorySegment) library.query.invokeExact(connection, text, text.byteSize(), name,
          name.byteSize()));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Runs an insert without its {@code FORMAT} clause, with rows in that format. */
  Answer insert(String sql, String format, byte[] rows) throws Refused {
    try (var arena = Arena.ofConfined()) {
      var text = bytes(arena, sql.getBytes(UTF_8));
      var name = bytes(arena, format.getBytes(UTF_8));
      var data = bytes(arena, rows);
      var stream = (MemorySegment) library.insert.invokeExact(connection, text, text.byteSize(), name,
          name.byteSize());
      try {
        check((MemorySegment) library.insertError.invokeExact(stream));
        // A refusal of the rows is told by the answer too.
        var _ = (int) library.append.invokeExact(stream, data, data.byteSize());
        return answer((MemorySegment) library.done.invokeExact(stream));
      } finally {
        library.destroyInsert.invokeExact(stream);
      }
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private Answer answer(MemorySegment result) throws Throwable {
    try {
      check((MemorySegment) library.error.invokeExact(result));
      var length = (long) library.length.invokeExact(result);
      var data = new byte[0];
      if (length > 0) {
        data = ((MemorySegment) library.buffer.invokeExact(result)).reinterpret(length).toArray(JAVA_BYTE);
      }
      return new Answer(data, (long) library.written.invokeExact(result));
    } finally {
      library.destroyResult.invokeExact(result);
    }
  }

  private static void check(MemorySegment error) throws Refused {
    if (!error.equals(MemorySegment.NULL)) {
      throw new Refused(error.reinterpret(Long.MAX_VALUE).getString(0));
    }
  }

  private static MemorySegment bytes(Arena arena, byte[] content) {
    return arena.allocateFrom(JAVA_BYTE, content);
  }

  private static RuntimeException unexpected(Throwable e) throws Refused {
    if (e instanceof Refused refused) {
      throw refused;
    }
    return new IllegalStateException(e);
  }

  /** The functions of the library that are used here. */
  static final class Library {
    private final MethodHandle connect;
    private final MethodHandle query;
    private final MethodHandle insert;
    private final MethodHandle insertError;
    private final MethodHandle append;
    private final MethodHandle done;
    private final MethodHandle destroyInsert;
    private final MethodHandle error;
    private final MethodHandle length;
    private final MethodHandle buffer;
    private final MethodHandle written;
    private final MethodHandle destroyResult;

    Library(Path path) throws Throwable {
      var symbols = SymbolLookup.libraryLookup(path, Arena.global());
      // With handlers of its own the engine takes the signals that a Java virtual machine lives on.
      function(symbols, "chdb_set_signal_handlers_enabled", null, JAVA_INT).invoke(0);
      connect = function(symbols, "chdb_connect", ADDRESS, JAVA_INT, ADDRESS);
      query = function(symbols, "chdb_query_n", ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG);
      insert = function(symbols, "chdb_stream_insert_n", ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG);
      insertError = function(symbols, "chdb_stream_insert_error", ADDRESS, ADDRESS);
      append = function(symbols, "chdb_stream_append", JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
      done = function(symbols, "chdb_stream_done", ADDRESS, ADDRESS);
      destroyInsert = function(symbols, "chdb_destroy_insert_stream", null, ADDRESS);
      error = function(symbols, "chdb_result_error", ADDRESS, ADDRESS);
      length = function(symbols, "chdb_result_length", JAVA_LONG, ADDRESS);
      buffer = function(symbols, "chdb_result_buffer", ADDRESS, ADDRESS);
      written = function(symbols, "chdb_result_rows_written", JAVA_LONG, ADDRESS);
      destroyResult = function(symbols, "chdb_destroy_query_result", null, ADDRESS);
    }

    /** A new session on the data folder; every session of the process names the same one. */
    Chdb session(Path data) throws Throwable {
      try (var arena = Arena.ofConfined()) {
        var arguments = arena.allocate(ADDRESS, 2);
        arguments.setAtIndex(ADDRESS, 0, arena.allocateFrom("clickhouse"));
        arguments.setAtIndex(ADDRESS, 1, arena.allocateFrom("--path=" + data));
        var connection = (MemorySegment) connect.invokeExact(2, arguments);
        if (connection.equals(MemorySegment.NULL)) {
          throw new IllegalStateException("the engine cannot open " + data);
        }
        return new Chdb(this, connection.reinterpret(ADDRESS.byteSize()).get(ADDRESS, 0));
      }
    }

    private static MethodHandle function(SymbolLookup symbols, String name, @Nullable MemoryLayout result,
        MemoryLayout... arguments) {
      var signature = result == null
          ? FunctionDescriptor.ofVoid(arguments)
          : FunctionDescriptor.of(result, arguments);
      return Linker.nativeLinker().downcallHandle(symbols.findOrThrow(name), signature);
    }
  }
}
