import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;

/**
 * Writes classes that are older than Java 6 in the Java 8 class file format. An AOT cache rejects older classes, because they have no
 * stack maps.
 */
final class ClassFileUpgrade {
    private static final int OLDEST_CACHEABLE = ClassFile.JAVA_6_VERSION;
    private static final int TARGET_VERSION = ClassFile.JAVA_8_VERSION;
    private static final int MAJOR_VERSION = 6;

    private ClassFileUpgrade() {}

    static boolean isOld(byte[] bytes) {
        return ((bytes[MAJOR_VERSION] & 0xff) << 8 | bytes[MAJOR_VERSION + 1] & 0xff) < OLDEST_CACHEABLE;
    }

    static byte[] upgrade(ClassFile classes, byte[] bytes) {
        return classes.transformClass(
                classes.parse(bytes),
                ClassTransform.dropping(element -> element instanceof ClassFileVersion)
                        .andThen(ClassTransform.transformingMethodBodies(CodeBuilder::with))
                        .andThen(ClassTransform.endHandler(builder -> builder.withVersion(TARGET_VERSION, 0))));
    }
}
