package io.tiercel.sensor.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RingSizeTest {
    @ParameterizedTest
    @CsvSource({"1, 4", "2, 4", "3, 8", "4, 8", "6, 16", "16, 32", "32, 64", "33, 64", "512, 64"})
    void growsWithTheMachineWithinBounds(int cpus, int mib) {
        assertEquals(mib << 20, RingSize.forCpus(cpus));
    }

    @Test
    void isWhatIsChosen() {
        assertEquals(128 << 20, RingSize.of("128"));
        assertEquals(RingSize.here(), RingSize.of("auto"));
    }
}
