package io.tiercel.sensor.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class MetricsAddressTest {
    @ParameterizedTest
    @CsvSource({
        "9464, 127.0.0.1:9464",
        "0, 127.0.0.1:0",
        "0.0.0.0:9464, 0.0.0.0:9464",
        "localhost:80, 127.0.0.1:80",
        "[::1]:9464, [0:0:0:0:0:0:0:1]:9464",
    })
    void parsesPortsAndHosts(String text, String address) {
        assertEquals(address, MetricsAddress.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-1", "65536", "999999", ":9464", "::1:9464", "1.2.3.4:", "1.2.3.4:http", "9464 "})
    void rejectsInvalidAddressesWithTheExpectedForm(String text) {
        String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> MetricsAddress.parse(text))
                .getMessage());
        assertTrue(message.contains("0.0.0.0:9464"), message);
    }
}
