
// publicizer <assembly> <copy> <type> [<type> ...]
//
// Writes a copy of an assembly in which the named types and their non-private members are public. The compiler
// reads the copy; the program runs with the original. Only visibility bits change: no row moves, no size changes.
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

if (args.Length < 3)
{
    Console.Error.WriteLine("usage: publicizer <assembly> <copy> <type> [<type> ...]");
    return 2;
}

var image = File.ReadAllBytes(args[0]);
using var pe = new PEReader(new MemoryStream(image));
var metadata = pe.GetMetadataReader();
var wanted = args[2..].ToHashSet();

foreach (var handle in metadata.TypeDefinitions)
{
    var type = metadata.GetTypeDefinition(handle);
    if (!wanted.Remove(FullName(handle)))
        continue;

    // ECMA-335 II.22.37: Flags (4 bytes) is the first column of TypeDef; visibility is its lowest three bits.
    var visibility = type.IsNested ? TypeAttributes.NestedPublic : TypeAttributes.Public;
    var flags = (type.Attributes & ~TypeAttributes.VisibilityMask) | visibility;
    Write(TableIndex.TypeDef, MetadataTokens.GetRowNumber(handle), 0, BitConverter.GetBytes((int)flags));

    foreach (var method in type.GetMethods())
    {
        var attributes = metadata.GetMethodDefinition(method).Attributes;
        if ((attributes & MethodAttributes.MemberAccessMask) <= MethodAttributes.Private)
            continue;
        // II.22.26: MethodDef is RVA (4), ImplFlags (2), Flags (2), ...
        attributes = (attributes & ~MethodAttributes.MemberAccessMask) | MethodAttributes.Public;
        Write(TableIndex.MethodDef, MetadataTokens.GetRowNumber(method), 6, BitConverter.GetBytes((short)attributes));
    }

    foreach (var field in type.GetFields())
    {
        var attributes = metadata.GetFieldDefinition(field).Attributes;
        if ((attributes & FieldAttributes.FieldAccessMask) <= FieldAttributes.Private)
            continue;
        // II.22.15: Flags (2) is the first column of Field.
        attributes = (attributes & ~FieldAttributes.FieldAccessMask) | FieldAttributes.Public;
        Write(TableIndex.Field, MetadataTokens.GetRowNumber(field), 0, BitConverter.GetBytes((short)attributes));
    }
}

if (wanted.Count > 0)
{
    Console.Error.WriteLine($"publicizer: {args[0]} has no type {string.Join(", ", wanted)}");
    return 1;
}

Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(args[1]))!);
File.WriteAllBytes(args[1], image);
return 0;

string FullName(TypeDefinitionHandle handle)
{
    var type = metadata.GetTypeDefinition(handle);
    var name = metadata.GetString(type.Name);
    return type.IsNested
        ? $"{FullName(type.GetDeclaringType())}+{name}"
        : $"{metadata.GetString(type.Namespace)}.{name}";
}

void Write(TableIndex table, int row, int column, byte[] value)
{
    var offset = pe.PEHeaders.MetadataStartOffset
        + metadata.GetTableMetadataOffset(table)
        + (row - 1) * metadata.GetTableRowSize(table)
        + column;
    value.CopyTo(image, offset);
}
