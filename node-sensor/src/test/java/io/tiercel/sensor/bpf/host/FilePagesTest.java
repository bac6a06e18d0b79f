package io.tiercel.sensor.bpf.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.sensor.bpf.host.FilePages.Range;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class FilePagesTest {
    private static List<Range> unchanged(String mapping, int changedKib) {
        return FilePages.unchanged(List.of(
                mapping,
                "Size:              16360 kB",
                "Rss:               10916 kB",
                "Anonymous:         " + changedKib + " kB",
                "VmFlags: rd ex mr mw me sd"));
    }

    @Test
    void largeUnchangedMappingsOfFilesAreReleased() {
        String code = "7f57878e3000-7f57888dd000 r-xp 002e3000 fe:00 11380005      /opt/tiercel runtime/libjvm.so";
        assertEquals(List.of(new Range(0x7f57878e3000L, 0xffa000)), unchanged(code, 0));
        assertEquals(List.of(), unchanged(code, 4), "the linker changed a page");
        String cache = "800c07000-801507000 r--p 00c07000 fe:00 11378793      /opt/tiercel/tiercel.aot";
        assertEquals(List.of(new Range(0x800c07000L, 0x900000)), unchanged(cache, 0));
    }

    @Test
    void otherMappingsStay() {
        for (String mapping : List.of(
                "800001000-800c07000 rw-p 00001000 fe:00 11378793     /opt/tiercel/tiercel.aot",
                "7f5784c00000-7f578731a000 r--s 00000000 fe:00 11379993   /opt/tiercel/runtime/lib/modules",
                "7f5784c00000-7f578731a000 r--s 00000000 00:0f 1061       anon_inode:bpf-map",
                "7f5784c00000-7f578731a000 r-xp 00000000 00:00 0",
                "7f5784c00000-7f578731a000 rwxp 00000000 00:00 0",
                "563c1e943000-563c1f6cb000 r--p 00000000 00:00 0          [heap]",
                "7f5784c00000-7f578731a000 r-xp 00000000 fe:00 293552     /usr/lib/other.so",
                "7f5784c00000-7f578731a000 r-xp 00000000 fe:00 293552     /usr/lib/libjvm.so (deleted)",
                "7f5788fc9000-7f5788fd0000 r--p 00000000 fe:00 293551     /usr/lib/libjvm.so")) {
            assertEquals(List.of(), unchanged(mapping, 0), mapping);
        }
    }

    @Test
    void aMappingBetweenTwoDoesNotCountForTheFirst() {
        assertEquals(
                List.of(),
                FilePages.unchanged(List.of(
                        "7f5700000000-7f5701000000 r-xp 00000000 fe:00 7    /lib/libjvm.so",
                        "7f5702000000-7f5703000000 rw-p 00000000 fe:00 7    /lib/libjvm.so",
                        "Anonymous:         0 kB")));
    }

    @Test
    void theProcessContinues() {
        FilePages pages = new FilePages();
        assertTrue(pages.release() > 1 << 20, "the JVM's code is larger");
        assertTrue(pages.release() > 1 << 20, "also while it is in use");
    }
}
