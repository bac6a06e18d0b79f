package io.tiercel.rules.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tiercel.rules.check.FieldTable;
import io.tiercel.rules.eval.MapEvent;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class AlertFormatTest {
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSSSSS");

    private final OutputFormatParser formats = new OutputFormatParser(new FieldTable());

    private AlertFormat.Content written() throws Exception {
        MapEvent event = new MapEvent(Map.of("proc.name", "caf\u00c3\u00a9", "proc.pid", 42L, "user.name", "eve"));
        return new AlertFormat.Builder(
                        formats.parse("*%proc.pid|%6proc.name|%2proc.name|%toupper(proc.name)|%fd.name|"))
                .fieldsOf(formats.parse("*%user.name"))
                .text("who", formats.parse("*%user.name@%proc.pid"))
                .text("proc.pid", formats.parse("%fd.name"))
                .build()
                .render(event, ZoneOffset.UTC);
    }

    @Test
    void writesTextAndFields() throws Exception {
        AlertFormat.Content written = written();
        assertEquals("42|café  |ca|CAFé|<NA>|", written.message());
        assertEquals(
                "{evt.time=1700000000123456789, fd.name=null, proc.name=café, proc.pid=null, user.name=eve, who=eve@42}",
                written.fields().toString());
    }

    @Test
    void withoutAStarAnAbsentFieldMeansNoText() throws Exception {
        AlertFormat format = new AlertFormat.Builder(formats.parse("name %fd.name")).build();
        assertEquals("", format.render(new MapEvent(Map.of()), ZoneOffset.UTC).message());
    }

    @Property(tries = 300)
    void fieldsBehaveLikeATreeMap(@ForAll String key, @ForAll String other) throws Exception {
        SortedMap<String, @Nullable Object> fields = written().fields();
        SortedMap<String, @Nullable Object> tree = new TreeMap<>(fields);
        assertEquals(tree, fields);
        assertEquals(tree.hashCode(), fields.hashCode());
        for (String from : new String[] {key, "fd.name", "proc", "who"}) {
            assertEquals(tree.get(from), fields.get(from));
            assertEquals(tree.containsKey(from), fields.containsKey(from));
            assertEquals(tree.headMap(from), fields.headMap(from));
            assertEquals(tree.tailMap(from).size(), fields.tailMap(from).size());
            String to = from.compareTo(other) <= 0 ? other : from;
            assertEquals(tree.subMap(from, to), fields.subMap(from, to));
            assertEquals(tree.tailMap(from).headMap(to), fields.tailMap(from).headMap(to));
        }
        assertEquals("evt.time", fields.firstKey());
        assertEquals("who", fields.lastKey());
        assertThrows(UnsupportedOperationException.class, () -> fields.put("a", 1L));
    }

    @Property(tries = 2000)
    void clockTimesUseTheZone(@ForAll long nanos) {
        for (String zone : new String[] {"UTC", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns", "Pacific/Apia"}) {
            ZoneId id = ZoneId.of(zone);
            Instant instant = Instant.ofEpochSecond(0, nanos);
            assertEquals(CLOCK.format(instant.atZone(id)), EventTimeFormatter.clock(nanos, id));
        }
    }
}
