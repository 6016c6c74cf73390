using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Dream.ML.IO;

/// <summary>
/// Source-generated JSON sets every init-only property, also those that the text lacks, to zero or null. Here they keep
/// what the record starts with: settings that are added later are not in older files.
/// </summary>
static class RecordDefaults
{
    /// <summary>How a type is read and written in a context, with its defaults kept.</summary>
    /// <param name="context">The context.</param>
    /// <param name="modify">What else is changed about a type.</param>
    internal static JsonTypeInfo<T> TypeInfo<T>(JsonSerializerContext context, Action<JsonTypeInfo>? modify = null) =>
        (JsonTypeInfo<T>)new JsonSerializerOptions(context.Options)
        {
            TypeInfoResolver = context.WithAddedModifier(Keep).WithAddedModifier(modify ?? (_ => { })),
        }.GetTypeInfo(typeof(T));

    static void Keep(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object || type.CreateObject is not null || type.Type.GetConstructor([]) is not { } constructor)
            return;
        type.CreateObject = () => constructor.Invoke(null);
        foreach (var property in type.Properties)
            // Ignored properties have no setter, and shall have none.
            if (property.Set is not null && property.AttributeProvider is PropertyInfo member)
                property.Set = (record, value) => member.SetMethod!.Invoke(record, BindingFlags.DoNotWrapExceptions, null, [value], null);
    }
}
