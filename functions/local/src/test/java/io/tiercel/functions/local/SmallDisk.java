package io.tiercel.functions.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * A tmpfs in a mount namespace. A process of this class, which holds the namespace, fills and frees it. Both end when the test ends, even
 * if it is killed.
 */
final class SmallDisk implements AutoCloseable {
    private static final String READY = "ready";
    private static final String FILL = "fill";
    private static final String FREE = "free";

    private final Path folder;
    private final Process process;
    private final BufferedReader answers;

    /** Mounts a disk on a directory, or skips the test without the privilege to do so. */
    SmallDisk(Path folder, int mebibytes, Path errors) throws IOException {
        this.folder = folder.toAbsolutePath();
        this.process = new ProcessBuilder(
                        "unshare",
                        "--mount",
                        "sh",
                        "-c",
                        "mount -t tmpfs -o size=" + mebibytes + "m tmpfs \"$1\" && shift && exec \"$@\"",
                        "sh",
                        this.folder.toString(),
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallDisk.class.getName(),
                        this.folder.toString())
                .redirectError(errors.toFile())
                .start();
        this.answers = process.inputReader(StandardCharsets.US_ASCII);
        assumeTrue(READY.equals(answers.readLine()), "a mount namespace requires root");
    }

    /** Returns the command that runs another one on the disk. */
    List<String> prefix() {
        return List.of("nsenter", "--mount", "--target", Long.toString(process.pid()));
    }

    /** Fills the disk. Empties the write-ahead log first, because the server could go on for a while in the space that it has. */
    void fill() throws IOException {
        send(FILL);
    }

    void free() throws IOException {
        send(FREE);
    }

    private void send(String command) throws IOException {
        OutputStream commands = process.getOutputStream();
        commands.write((command + "\n").getBytes(StandardCharsets.US_ASCII));
        commands.flush();
        assertEquals(READY, answers.readLine());
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    public static void main(String... arguments) throws IOException, SQLException {
        Path folder = Path.of(arguments[0]);
        System.out.println(READY);
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String command = commands.readLine(); command != null; command = commands.readLine()) {
            if (command.equals(FILL)) {
                emptyLog(folder.resolve("data").resolve("functions.db"));
                write(folder.resolve(FILL));
            } else {
                Files.delete(folder.resolve(FILL));
            }
            System.out.println(READY);
        }
    }

    private static void emptyLog(Path database) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 10000");
            statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
    }

    private static void write(Path file) {
        for (int block = 1 << 20; block >= 1 << 12; block >>= 8) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                while (channel.write(ByteBuffer.allocate(block)) == block) {
                    // Until the disk is full.
                }
            } catch (IOException e) {
                System.err.println(e.getMessage());
            }
        }
    }
}
