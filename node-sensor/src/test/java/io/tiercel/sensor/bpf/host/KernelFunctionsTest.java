package io.tiercel.sensor.bpf.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tiercel.sensor.bpf.host.KernelFunctions.KernelFunction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class KernelFunctionsTest {
    private static final int HEADER = 24;
    private static final int STRUCT = 4 << 24;
    private static final int FUNCTION = 12 << 24;
    private static final int PROTOTYPE = 13 << 24;

    /** A structure with two members, a prototype with one parameter, and two functions. */
    private static byte[] btf() {
        byte[] names = "\0__x64_sys_read\0other\0".getBytes(StandardCharsets.US_ASCII);
        int[] types = {
            0,
            STRUCT | 2,
            8,
            0,
            0,
            0,
            0,
            0,
            32, // id 1
            0,
            PROTOTYPE | 1,
            0,
            0,
            1, // id 2
            1,
            FUNCTION,
            2, // id 3
            16,
            FUNCTION,
            2, // id 4
        };
        ByteBuffer data = ByteBuffer.allocate(HEADER + 4 * types.length + names.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) 0xeb9f)
                .putShort((short) 1)
                .putInt(HEADER)
                .putInt(0)
                .putInt(4 * types.length)
                .putInt(4 * types.length)
                .putInt(names.length);
        Arrays.stream(types).forEach(data::putInt);
        return data.put(names).array();
    }

    @Test
    void findsTheFunctionsOfSyscalls() throws IOException {
        KernelFunctions functions = KernelFunctions.parse(btf());
        assertEquals(List.of(new KernelFunction(3, 2)), functions.named("__x64_sys_read"));
        assertFalse(functions.has("other"));
        assertEquals(List.of(), functions.named("other"));
    }

    @Test
    void refusesWhatIsNotBtf() {
        byte[] btf = btf();
        assertThrows(IOException.class, () -> KernelFunctions.parse(new byte[100]));
        assertThrows(IOException.class, () -> KernelFunctions.parse(Arrays.copyOf(btf, btf.length - 4)));
        assertThrows(IOException.class, () -> KernelFunctions.parse(new byte[1]));
    }
}
