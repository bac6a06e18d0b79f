package io.tiercel.functions.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class DeduplicateStageTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 9, 10, 11, 99, 100, 4_321, Long.MAX_VALUE})
    void a_rounded_count_is_its_first_digit_followed_by_zeros(long count) {
        String text = Long.toString(count);
        String rounded = Long.toString(DeduplicateStage.leadingDigit(count));
        assertEquals(text.charAt(0) + "0".repeat(text.length() - 1), rounded);
    }
}
