package io.tiercel.sensor.bpf.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The Java constants equal those of the C header. */
@Tag("unit")
class RecordLayoutTest {
    private static final Pattern STRUCT = Pattern.compile("struct (\\w+) \\{(.*?)\\n\\};", Pattern.DOTALL);
    private static final Pattern MEMBER = Pattern.compile("__([us])(8|16|32|64) (\\w+)(?:\\[(\\d+)])?;");
    private static final Pattern DEFINE = Pattern.compile("#define (\\w+) (0x[0-9a-f]+|\\d+)");
    private static final Pattern KIND = Pattern.compile("(RECORD_\\w+) = (\\d+)");

    @Test
    void everyConstantEqualsThatOfTheHeader() throws IOException, IllegalAccessException {
        Map<String, Integer> javaConstants = new TreeMap<>();
        for (Field field : RecordLayout.class.getFields()) {
            javaConstants.put(field.getName(), field.getInt(null));
        }
        javaConstants.entrySet().removeIf(e -> e.getKey().startsWith("RECORD_") && e.getValue() >= 64);
        javaConstants.remove("COMM_SIZE");
        assertEquals(headerConstants(), javaConstants);
    }

    private static Map<String, Integer> headerConstants() throws IOException {
        String header = Files.readString(Path.of(System.getProperty("tiercel.root"), "bpf/layout.h"));
        Map<String, Integer> constants = new TreeMap<>();
        Matcher define = DEFINE.matcher(header);
        while (define.find()) {
            constants.put(define.group(1), Integer.decode(define.group(2)));
        }
        Matcher kind = KIND.matcher(header);
        while (kind.find()) {
            constants.put(kind.group(1), Integer.valueOf(kind.group(2)));
        }
        Matcher struct = STRUCT.matcher(header);
        while (struct.find()) {
            String prefix =
                    struct.group(1)
                                    .replaceFirst("^record_", "")
                                    .replaceFirst("_body$", "")
                                    .toUpperCase(Locale.ROOT) + "_";
            int offset = 0;
            int widest = 1;
            Matcher member = MEMBER.matcher(struct.group(2));
            while (member.find()) {
                int size = Integer.parseInt(member.group(2)) / 8;
                int count = member.group(4) == null ? 1 : Integer.parseInt(member.group(4));
                offset = (offset + size - 1) / size * size;
                widest = Math.max(widest, size);
                if (!member.group(3).equals("unused")) {
                    constants.put(prefix + member.group(3).toUpperCase(Locale.ROOT), offset);
                }
                offset += size * count;
            }
            constants.put(prefix + "SIZE", (offset + widest - 1) / widest * widest);
        }
        return constants;
    }
}
