package dev.nodash.json;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Members by their names, in the order they came. A few, as most objects have, stand side by side, which takes a fraction of a
 * hash table's memory; where there are more, a hash table finds them.
 */
final class Members extends AbstractMap<String, JsonValue> {
  private static final int FEW = 16;

  private String[] names = new String[FEW / 2];
  private JsonValue[] values = new JsonValue[FEW / 2];
  private int size;
  private @Nullable Map<String, JsonValue> many;

  /** One more, of a name that none has yet. */
  void add(String name, JsonValue value) {
    if (many != null) {
      many.put(name, value);
    } else if (size < FEW) {
      if (size == names.length) {
        names = Arrays.copyOf(names, FEW);
        values = Arrays.copyOf(values, FEW);
      }
      names[size] = name;
      values[size++] = value;
    } else {
      var all = new LinkedHashMap<>(this);
      all.put(name, value);
      many = all;
    }
  }

  @Override
  public @Nullable JsonValue get(@Nullable Object name) {
    if (many != null) {
      return many.get(name);
    }
    for (int i = 0; i < size; i++) {
      if (names[i].equals(name)) {
        return values[i];
      }
    }
    return null;
  }

  @Override
  public boolean containsKey(@Nullable Object name) {
    return get(name) != null;
  }

  @Override
  public int size() {
    return many != null ? many.size() : size;
  }

  @Override
  public Set<Entry<String, JsonValue>> entrySet() {
    return many != null ? Collections.unmodifiableMap(many).entrySet() : new AbstractSet<>() {
      @Override
      public int size() {
        return size;
      }

      @Override
      public Iterator<Entry<String, JsonValue>> iterator() {
        return new Iterator<>() {
          private int next;

          @Override
          public boolean hasNext() {
            return next < size;
          }

          @Override
          public Entry<String, JsonValue> next() {
            if (next == size) {
              throw new NoSuchElementException();
            }
            return Map.entry(names[next], values[next++]);
          }
        };
      }
    };
  }
}
