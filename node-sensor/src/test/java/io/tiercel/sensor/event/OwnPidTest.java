package io.tiercel.sensor.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tiercel.sensor.bpf.host.PidNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class OwnPidTest {
    @TempDir
    Path folder;

    @Test
    void onlyInTheHostsPidNamespaceIsTheOwnPidKnown() throws IOException {
        assertEquals(7, pid(link("host", "pid:[4026531836]")));
        assertEquals(OwnPid.NONE, pid(link("container", "pid:[4026532840]")));
        assertEquals(OwnPid.NONE, pid(folder.resolve("absent")));
    }

    private static int pid(Path namespace) {
        return OwnPid.onHost(PidNamespace.problem(namespace), 7);
    }

    private Path link(String name, String target) throws IOException {
        return Files.createSymbolicLink(folder.resolve(name), Path.of(target));
    }
}
