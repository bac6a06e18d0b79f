package io.tiercel.sensor.spool;

import io.tiercel.rules.file.PrivateFiles;
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
 * Stored state of a spool: a line with numbers and a checksum. The file has two slots, which are overwritten
 * alternately. Overwriting needs no space, so the state can be stored on a full disk.
 *
 * @param generation incremented on each write; the slot with the higher generation is valid
 * @param order order of the next record, when the state was written
 * @param partitions states of the partitions, highest priority first
 */
record SpoolState(long generation, long order, List<PartitionState> partitions) {
    private static final String FILE = "partitions";
    private static final int FIELDS_PER_PARTITION = 5;
    private static final int SLOT_BYTES = 1024;

    /**
     * Returns the state, or null if it is missing or damaged. All records are then delivered again, and receivers drop
     * duplicates by id.
     */
    static @Nullable SpoolState read(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return null;
        }
        byte[] bytes = Files.readAllBytes(file);
        SpoolState first = parse(bytes, 0);
        SpoolState second = parse(bytes, SLOT_BYTES);
        return second == null || (first != null && first.generation > second.generation) ? first : second;
    }

    private static @Nullable SpoolState parse(byte[] file, int at) {
        int length = Math.clamp(file.length - at, 0, SLOT_BYTES);
        String line = length == 0 ? "" : new String(file, at, length, StandardCharsets.ISO_8859_1);
        long[] numbers = numbers(line, 2 + Spool.PRIORITIES * FIELDS_PER_PARTITION);
        if (numbers == null) {
            return null;
        }
        List<PartitionState> partitions = new ArrayList<>();
        for (int i = 2; i < numbers.length; i += FIELDS_PER_PARTITION) {
            partitions.add(
                    new PartitionState(numbers[i], numbers[i + 1], numbers[i + 2], numbers[i + 3], numbers[i + 4]));
        }
        return new SpoolState(numbers[0], numbers[1], partitions);
    }

    /** Returns the numbers in a line, or null if their count or checksum is wrong. */
    static long @Nullable [] numbers(String text, int count) {
        String line = text.strip();
        String[] fields = line.split(" ");
        if (fields.length != count + 1 || !fields[count].equals(checksum(line.substring(0, line.lastIndexOf(' '))))) {
            return null;
        }
        long[] numbers = new long[count];
        try {
            for (int i = 0; i < count; i++) {
                numbers[i] = Long.parseLong(fields[i]);
            }
            return numbers;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    void write(Path folder) throws IOException {
        StringBuilder line = new StringBuilder().append(generation).append(' ').append(order);
        for (PartitionState partition : partitions) {
            line.append(' ').append(partition.cursor()).append(' ').append(partition.next());
            line.append(' ').append(partition.countedDamaged());
            line.append(' ').append(partition.dropped()).append(' ').append(partition.damaged());
        }
        String sum = checksum(line.toString());
        line.append(' ').append(sum);
        line.append(" ".repeat(SLOT_BYTES - 1 - line.length())).append('\n');
        ByteBuffer bytes = ByteBuffer.wrap(line.toString().getBytes(StandardCharsets.ISO_8859_1));
        try (FileChannel file =
                PrivateFiles.open(folder.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            long at = generation % 2 * SLOT_BYTES;
            while (bytes.hasRemaining()) {
                file.write(bytes, at + bytes.position());
            }
        }
    }

    private static String checksum(String numbers) {
        CRC32C crc = new CRC32C();
        crc.update(numbers.getBytes(StandardCharsets.ISO_8859_1));
        return Long.toHexString(crc.getValue());
    }
}
