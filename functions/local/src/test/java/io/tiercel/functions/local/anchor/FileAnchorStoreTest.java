package io.tiercel.functions.local.anchor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.audit.anchor.AnchorStore;
import io.tiercel.functions.contract.AnchorStoreContract;
import io.tiercel.functions.incident.StoreUnavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class FileAnchorStoreTest extends AnchorStoreContract {
    @TempDir
    Path folder;

    @Override
    protected AnchorStore open() {
        return new FileAnchorStore(folder.resolve("anchors"));
    }

    @Test
    void files_are_read_only_and_for_the_owner() throws IOException {
        assertTrue(open().add(7, "x"));
        Path file = folder.resolve("anchors").resolve("00000007.json");
        assertEquals("r--------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(
                "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("anchors"))));
        try (Stream<Path> files = Files.list(folder.resolve("anchors"))) {
            assertEquals(List.of(file), files.toList());
        }
    }

    @Test
    void other_files_are_ignored_and_what_a_crash_left_is_replaced() throws IOException {
        AnchorStore store = open();
        assertTrue(store.add(1, "first"));
        for (String name : List.of("00000002.part", "00000009.json.bak", "9.json", "x.json")) {
            Files.writeString(folder.resolve("anchors").resolve(name), "x");
        }
        assertEquals(1, store.newest());
        assertTrue(store.add(2, "second"));
        assertEquals(Optional.of("second"), store.read(2));
    }

    @Test
    void files_that_are_not_text_or_too_long_are_damaged_anchors() throws IOException {
        AnchorStore store = open();
        assertTrue(store.add(1, "first"));
        Files.write(folder.resolve("anchors").resolve("00000002.json"), new byte[] {(byte) 0xff, (byte) 0xfe});
        assertEquals(Optional.of(""), store.read(2));
        Files.write(folder.resolve("anchors").resolve("00000003.json"), new byte[AnchorStore.MAX_BYTES + 1]);
        assertEquals(Optional.of(""), store.read(3));
    }

    @Test
    void a_directory_that_cannot_be_written_is_an_unavailable_store() throws IOException {
        Files.writeString(folder.resolve("anchors"), "a file");
        AnchorStore store = open();
        assertThrows(StoreUnavailable.class, () -> store.add(1, "x"));
    }
}
