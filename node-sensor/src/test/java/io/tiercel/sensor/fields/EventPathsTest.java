package io.tiercel.sensor.fields;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;
import static io.tiercel.sensor.bpf.record.SyscallNumbers.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.sensor.bpf.record.RecordBuilder;
import io.tiercel.sensor.bpf.record.RecordView;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The names that the kernel copied for a call that changes files. */
@Tag("unit")
class EventPathsTest {
    private static EventPaths paths(RecordBuilder record) {
        byte[] bytes = record.build();
        RecordView view = new RecordView();
        assertTrue(view.wrap(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), 0, bytes.length));
        EventPaths paths = new EventPaths(view);
        paths.reset(null);
        return paths;
    }

    private static RecordBuilder rename(String base, String kernelNames) {
        return new RecordBuilder(RECORD_RENAME)
                .syscall(SYS_RENAME)
                .name(base)
                .name("")
                .name(kernelNames)
                .text("old")
                .text("/link/new");
    }

    @Test
    void bothNamesOfARenameComeFromTheKernelWhileItsNamesAreSelected() {
        EventPaths paths = paths(rename("/base", "/base/old\0/target/new"));
        assertTrue(paths.hasKernelNames());
        assertEquals("/base/old", paths.cleaned(0));
        assertEquals("/link/new", paths.cleaned(1));
        paths.select(FileNameKind.KERNEL);
        assertEquals("/base/old", paths.cleaned(0));
        assertEquals("/target/new", paths.cleaned(1));
        assertEquals("/target/new", paths.raw(1));
        paths.select(FileNameKind.GIVEN);
        assertEquals("old", paths.raw(0));
    }

    @Test
    void namesThatEqualThePathsAsPassedAreNotEvaluatedAgain() {
        assertFalse(paths(rename("/base", "/base/old\0/link/new")).hasKernelNames());
        assertFalse(paths(rename("/base", "")).hasKernelNames());
    }

    @Test
    void aSymbolicLinkHasItsTargetAndItsName() {
        EventPaths paths = paths(new RecordBuilder(RECORD_SYSCALL)
                .syscall(SYS_SYMLINK)
                .name("")
                .name("")
                .name("/etc/shadow\0/tmp/link")
                .text("/etc/passwd")
                .text("/tmp/link"));
        assertTrue(paths.hasKernelNames());
        assertEquals("/etc/passwd", paths.symlinkTarget());
        paths.select(FileNameKind.KERNEL);
        assertEquals("/etc/shadow", paths.symlinkTarget());
        assertEquals("/tmp/link", paths.cleaned(0));
    }

    /** The beginning of a name that is too long is unknown, so the name must not be joined with a directory. */
    @Test
    void aTruncatedNameStaysAsItIs() {
        EventPaths paths = paths(new RecordBuilder(RECORD_PATH)
                .syscall(SYS_UNLINK)
                .name("/base")
                .name("")
                .name(".../deep/file")
                .text("file"));
        paths.select(FileNameKind.KERNEL);
        assertEquals(".../deep/file", paths.cleaned(0));
    }
}
