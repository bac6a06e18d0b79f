package io.tiercel.sensor.bpf.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class RingBufferSizeTest {
    @ParameterizedTest
    @CsvSource({"1, 4", "2, 4", "3, 8", "4, 8", "6, 16", "16, 32", "32, 64", "33, 64", "512, 64"})
    void growsWithTheCpusWithinBounds(int cpus, int mib) {
        assertEquals(mib << 20, RingBufferSize.forCpus(cpus));
    }

    @Test
    void parsesAConfiguredSize() {
        assertEquals(128 << 20, RingBufferSize.parse("128"));
        assertEquals(RingBufferSize.forThisMachine(), RingBufferSize.parse("auto"));
    }
}
