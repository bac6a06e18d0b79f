package io.tiercel.sensor.identity;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The EC2 instance that the sensor runs on.
 *
 * @param id id such as {@code i-0123456789abcdef0}
 * @param source where the sensor read it
 */
public record InstanceId(String id, Source source) {
    /** Asset tag of the board. On Nitro instances it is the instance id (Amazon EC2 User Guide). */
    static final Path BOARD_ASSET_TAG = Path.of("/sys/devices/virtual/dmi/id/board_asset_tag");

    private static final Pattern ID = Pattern.compile("i-[0-9a-f]{8,17}");
    private static final int MAX_BYTES = 64;

    /** The places that a sensor reads an instance id from. */
    public enum Source {
        /** Firmware tables of the machine. Programs on it cannot change them. */
        DMI,
        /** EC2 instance metadata service. */
        IMDS;

        /** Returns the name in alerts, for example {@code dmi}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Returns the instance id if the text is one, with at most one line end. */
    static Optional<InstanceId> parse(String text, Source source) {
        String id = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        return ID.matcher(id).matches() ? Optional.of(new InstanceId(id, source)) : Optional.empty();
    }

    /** Reads the id from the board's asset tag. Returns an empty result if the file has none or cannot be read. */
    static Optional<InstanceId> readDmi(Path boardAssetTag) {
        if (!Files.isRegularFile(boardAssetTag)) {
            return Optional.empty();
        }
        try (InputStream file = Files.newInputStream(boardAssetTag)) {
            return parse(new String(file.readNBytes(MAX_BYTES), StandardCharsets.ISO_8859_1), Source.DMI);
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
