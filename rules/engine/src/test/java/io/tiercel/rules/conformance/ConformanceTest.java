package io.tiercel.rules.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class ConformanceTest {
    @ParameterizedTest
    @CsvSource({"language.yaml, 402", "alerts.yaml, 8", "more.yaml, 1852"})
    void everyCasePasses(String file, int cases) throws URISyntaxException {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        int status =
                ConformanceRunner.run(List.of(resource(file)), new PrintStream(printed, true, StandardCharsets.UTF_8));
        String report = printed.toString(StandardCharsets.UTF_8);
        assertEquals(cases + " passed, 0 failed\n", report);
        assertEquals(0, status);
    }

    private static Path resource(String file) throws URISyntaxException {
        return Path.of(Objects.requireNonNull(ConformanceTest.class.getResource("/conformance/" + file))
                .toURI());
    }
}
