package io.tiercel.rules.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;

@Tag("unit")
class AlertJsonPropertiesTest {
    @Property
    void writtenAlertsReadBackEqual(@ForAll("alerts") Alert alert) throws InvalidAlertException {
        assertEquals(alert, AlertJson.read(AlertJson.defaults().writeBytes(alert)));
    }

    @Property
    void bytesAreReadOrRejected(@ForAll byte[] bytes) {
        try {
            AlertJson.read(bytes);
        } catch (InvalidAlertException expected) {
            assertEquals(false, expected.getMessage().isBlank());
        }
    }

    @Property
    void damagedAlertsAreReadOrRejected(@ForAll("alerts") Alert alert, @ForAll int where, @ForAll byte what) {
        byte[] bytes = AlertJson.defaults().writeBytes(alert);
        bytes[Math.floorMod(where, bytes.length)] = what;
        bytesAreReadOrRejected(bytes);
    }

    @Provide
    Arbitrary<Alert> alerts() {
        Arbitrary<SortedMap<String, @Nullable Object>> fields =
                Arbitraries.maps(text(), values()).ofMaxSize(6).map(TreeMap::new);
        return Combinators.combine(
                        text().filter(id -> !id.isEmpty()).injectNull(0.2),
                        text(),
                        Arbitraries.longs(),
                        Arbitraries.of(Priority.class),
                        text().filter(rule -> !rule.isEmpty()),
                        text().list()
                                .ofMaxSize(4)
                                .map(tags -> tags.stream().sorted().toList()),
                        messages(),
                        fields)
                .as((id, host, time, priority, rule, tags, message, map) ->
                        new Alert(id, host, time, priority, rule, "syscall", tags, message, map))
                .flatMap(alert -> AlertContextTest.contexts().injectNull(0.3).map(alert::withContext));
    }

    private static Arbitrary<@Nullable Object> values() {
        Arbitrary<@Nullable Object> single = Arbitraries.oneOf(
                text().map(Object.class::cast),
                Arbitraries.longs().map(Object.class::cast),
                Arbitraries.doubles().map(Object.class::cast),
                Arbitraries.bigIntegers()
                        .between(BigInteger.ONE.shiftLeft(63), BigInteger.ONE.shiftLeft(64))
                        .map(Object.class::cast),
                Arbitraries.of(true, false).map(Object.class::cast));
        Arbitrary<@Nullable Object> orNull = single.injectNull(0.1);
        return Arbitraries.oneOf(orNull, single.list().ofMaxSize(3).map(list -> (Object) List.copyOf(list)));
    }

    /** Includes messages that look like the prefix of {@code output}, which are the difficult ones. */
    private static Arbitrary<String> messages() {
        return Arbitraries.oneOf(text(), text().map(rest -> "12:00:00.000000000: Warning " + rest));
    }

    private static Arbitrary<String> text() {
        return Arbitraries.strings()
                .ofMaxLength(20)
                .map(text -> new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
    }
}
