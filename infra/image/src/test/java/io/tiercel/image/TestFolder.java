package io.tiercel.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Handmade image folders for an architecture, as the build scripts make them on a machine of another one. */
final class TestFolder {
    static final int X86_64 = 62;
    static final int AARCH64 = 183;

    private static final int HEADER = 64;
    private static final int MACHINE = 18;

    private TestFolder() {}

    /** Writes a folder that serves as one of the sensor and of the server. It has a program and a system library. */
    static Path write(Path parent, String architecture) throws Exception {
        boolean arm64 = architecture.equals("arm64");
        Path folder = Files.createDirectory(parent.resolve("folder-" + architecture));
        for (String part :
                List.of("runtime/bin", "lib", "native", "health", "rules", "app/lib", "app/app", "app/quarkus")) {
            Files.createDirectories(folder.resolve(part));
        }
        Files.writeString(
                folder.resolve("runtime/release"), "JAVA_RUNTIME_VERSION=\"25.0.5+8\"\nMODULES=\"java.base\"\n");
        for (String file : List.of("tiercel.jar", "app/tiercel-functions.jar", "java-options", "libraries.txt")) {
            Files.writeString(folder.resolve(file), "");
        }
        Files.writeString(folder.resolve("compiler"), "clang 19.1.7\n");
        int machine = arm64 ? AARCH64 : X86_64;
        Files.write(folder.resolve("runtime/bin/java"), elf(machine));
        Path library = Files.write(parent.resolve("libbpf-" + architecture), elf(machine));
        Files.writeString(folder.resolve("platform"), "linux/" + architecture + "\n");
        Files.writeString(
                folder.resolve("system-libraries.txt"),
                "%s\t%s\tlibbpf1_1%%3a1.5.0-3_%s\n".formatted(library(architecture), library, architecture));
        return folder;
    }

    /** Returns the path of the system library in the image. */
    static String library(String architecture) {
        return architecture.equals("arm64")
                ? "/lib/aarch64-linux-gnu/libbpf.so.1"
                : "/lib/x86_64-linux-gnu/libbpf.so.1";
    }

    /** Returns the header of a program for a machine. */
    static byte[] elf(int machine) {
        ByteBuffer header = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
        header.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).putShort(MACHINE, (short) machine);
        return header.array();
    }
}
