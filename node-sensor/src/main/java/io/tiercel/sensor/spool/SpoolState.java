package io.tiercel.sensor.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a spool remembers beside its records: a line of numbers and a check sum in one of two places of a file, in turn. They
 * are written over, so that a full disk does not keep a spool from noting what was delivered.
 *
 * @param generation counts what was written; the one with the higher number holds
 * @param order the order of the next record, as far as known when this was written
 * @param lanes of each lane, the most urgent first
 */
record SpoolState(long generation, long order, List<PartitionState> lanes) {
    private static final String FILE = "lanes";
    private static final int NUMBERS_OF_LANE = 5;
    private static final int PLACE_BYTES = 1024;

    /** Null if there is none or it is damaged: then everything is delivered again, which receivers can take. */
    static @Nullable SpoolState read(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return null;
        }
        byte[] bytes = Files.readAllBytes(file);
        SpoolState first = parse(bytes, 0);
        SpoolState second = parse(bytes, PLACE_BYTES);
        return second == null || (first != null && first.generation > second.generation) ? first : second;
    }

    private static @Nullable SpoolState parse(byte[] file, int at) {
        int length = Math.clamp(file.length - at, 0, PLACE_BYTES);
        String line = length == 0 ? "" : new String(file, at, length, StandardCharsets.ISO_8859_1);
        long[] numbers = numbers(line, 2 + Spool.LANES * NUMBERS_OF_LANE);
        if (numbers == null) {
            return null;
        }
        List<PartitionState> lanes = new ArrayList<>();
        for (int i = 2; i < numbers.length; i += NUMBERS_OF_LANE) {
            lanes.add(new PartitionState(numbers[i], numbers[i + 1], numbers[i + 2], numbers[i + 3], numbers[i + 4]));
        }
        return new SpoolState(numbers[0], numbers[1], lanes);
    }

    /** The numbers in a line, if there are so many and their check sum is right; else null. */
    static long @Nullable [] numbers(String text, int count) {
        String line = text.strip();
        String[] words = line.split(" ");
        if (words.length != count + 1 || !words[count].equals(checkSum(line.substring(0, line.lastIndexOf(' '))))) {
            return null;
        }
        long[] numbers = new long[count];
        try {
            for (int i = 0; i < count; i++) {
                numbers[i] = Long.parseLong(words[i]);
            }
            return numbers;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    void write(Path folder) throws IOException {
        StringBuilder line = new StringBuilder().append(generation).append(' ').append(order);
        for (PartitionState lane : lanes) {
            line.append(' ').append(lane.cursor()).append(' ').append(lane.next());
            line.append(' ').append(lane.known());
            line.append(' ').append(lane.dropped()).append(' ').append(lane.damaged());
        }
        String sum = checkSum(line.toString());
        line.append(' ').append(sum);
        line.append(" ".repeat(PLACE_BYTES - 1 - line.length())).append('\n');
        ByteBuffer bytes = ByteBuffer.wrap(line.toString().getBytes(StandardCharsets.ISO_8859_1));
        try (FileChannel file =
                FileChannel.open(folder.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            long at = generation % 2 * PLACE_BYTES;
            while (bytes.hasRemaining()) {
                file.write(bytes, at + bytes.position());
            }
        }
    }

    private static String checkSum(String numbers) {
        CRC32C crc = new CRC32C();
        crc.update(numbers.getBytes(StandardCharsets.ISO_8859_1));
        return Long.toHexString(crc.getValue());
    }
}
