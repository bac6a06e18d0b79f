package io.tiercel.rules.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.rules.check.FieldTable;
import io.tiercel.rules.eval.MapEvent;
import java.net.InetAddress;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class OutputFormatTest {
    private static OutputFormat parsed(String format) throws OutputFormatException {
        return new OutputFormatParser(new FieldTable()).parse(format);
    }

    private static MapEvent event() throws Exception {
        return new MapEvent(Map.ofEntries(
                Map.entry("proc.name", "caf\u00c3\u00a9\u00ff"),
                Map.entry("proc.pid", 42L),
                Map.entry("proc.apid", List.of(7L, 1L)),
                Map.entry("proc.apid[1]", 7L),
                Map.entry("evt.is_open_read", 1L),
                Map.entry("evt.rawtime.ns", 5L),
                Map.entry("evt.arg.flags", "O_RDONLY"),
                Map.entry("evt.buffer", new byte[] {'a', 0, (byte) 0xff}),
                Map.entry("fd.sip", InetAddress.ofLiteral("2001:db8:0:0:1:0:0:1")),
                Map.entry("fd.dev", 255L)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
            %proc.name ~ café\ufffd
            *%7proc.name| ~ café\ufffd  |
            %proc.apid %proc.apid[1] ~ 42 7
            %evt.is_open_read ~ true
            %evt.rawtime.ns ~ 000000005
            %evt.buffer ~ a..
            %fd.sip ~ 2001:db8::1:0:0:1
            %fd.dev ~ FF
            %evt.arg.flagsx ~ O_RDONLYx
            %evt.arg.flags.x ~ O_RDONLY.x
            %evt.time ~ 23:13:20.123456789
            %evt.time.iso8601 ~ 2023-11-14T22:13:20.123456789+0000
            %evt.datetime.s ~ 2023-11-14 23:13:20
            *%evt.arg[3] ~ <NA>
            """)
    void renders(String format, String text) throws Exception {
        assertEquals(text, parsed(format).render(event(), ZoneId.of("Europe/Berlin")));
    }

    @Test
    void withoutAStarAnAbsentFieldMeansNoText() throws Exception {
        assertNull(parsed("%proc.name %fd.name").render(event(), ZoneOffset.UTC));
    }

    @Test
    void fieldsKeepTheirTypes() throws Exception {
        TreeMap<String, @Nullable Object> fields = new TreeMap<>();
        parsed("*%proc.pid %evt.is_open_read %fd.dev %toupper(fd.name) %proc.apid")
                .collect(event(), fields);
        assertEquals("{evt.is_open_read=true, fd.dev=FF, fd.name=null, proc.apid=42, proc.pid=42}", fields.toString());
        assertEquals(42L, fields.get("proc.pid"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
            %% ~ true
            a % ~ false
            %5 ~ false
            %proc.foo ~ true
            %evt.arg ~ true
            %fd.net ~ true
            %fd.ip ~ true
            %len(proc.pid) ~ true
            %tolower(proc.name ~ true
            %99999proc.name ~ false
            """)
    void reportsWhetherATokenIsUnknown(String format, boolean unknownToken) {
        OutputFormatException e = assertThrows(OutputFormatException.class, () -> parsed(format));
        assertEquals(unknownToken, e.unknownToken());
    }

    @Property(tries = 2000)
    void anyTextIsAFormatOrAnError(@ForAll String text) throws Exception {
        try {
            assertTrue(parsed("*" + text.replace('a', '%')).render(event(), ZoneOffset.UTC) != null);
        } catch (OutputFormatException e) {
            assertTrue(e.offset() >= 0);
        }
    }
}
