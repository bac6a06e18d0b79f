package io.tiercel.sensor.spool;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a spool remembers beside its records; a file of one line of numbers and a check sum, replaced as a whole.
 *
 * @param order the order of the next record, as far as known when this was written
 * @param lanes of each lane, the most urgent first
 */
record SpoolState(long order, List<LaneState> lanes) {
    private static final String FILE = "lanes";
    private static final int NUMBERS_OF_LANE = 5;

    /** Null if there is none or it is damaged: then everything is delivered again, which receivers can take. */
    static @Nullable SpoolState read(Path folder) throws IOException {
        long[] numbers = numbers(folder.resolve(FILE), 1 + Spool.LANES * NUMBERS_OF_LANE);
        if (numbers == null) {
            return null;
        }
        List<LaneState> lanes = new ArrayList<>();
        for (int at = 1; at < numbers.length; at += NUMBERS_OF_LANE) {
            lanes.add(new LaneState(numbers[at], numbers[at + 1], numbers[at + 2], numbers[at + 3], numbers[at + 4]));
        }
        return new SpoolState(numbers[0], lanes);
    }

    /** The numbers in a file, if there are so many and their check sum is right; else null. */
    static long @Nullable [] numbers(Path file, int count) throws IOException {
        if (!Files.exists(file)) {
            return null;
        }
        String line = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).strip();
        String[] words = line.split(" ");
        int end = line.lastIndexOf(' ');
        if (words.length != count + 1 || !words[count].equals(checkSum(line.substring(0, end)))) {
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
        StringBuilder numbers = new StringBuilder().append(order);
        for (LaneState lane : lanes) {
            numbers.append(' ').append(lane.cursor()).append(' ').append(lane.next());
            numbers.append(' ').append(lane.known());
            numbers.append(' ').append(lane.dropped()).append(' ').append(lane.damaged());
        }
        Path written = folder.resolve(FILE + ".new");
        Files.writeString(written, numbers + " " + checkSum(numbers.toString()) + "\n");
        Files.move(written, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    }

    private static String checkSum(String numbers) {
        CRC32C crc = new CRC32C();
        crc.update(numbers.getBytes(StandardCharsets.ISO_8859_1));
        return Long.toHexString(crc.getValue());
    }
}
