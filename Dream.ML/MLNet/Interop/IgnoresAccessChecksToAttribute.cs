namespace System.Runtime.CompilerServices;

/// <summary>
/// Tells the runtime, which knows this attribute by its name, to let an assembly use the non-public members of another.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
sealed class IgnoresAccessChecksToAttribute(string assemblyName) : Attribute
{
    public string AssemblyName { get; } = assemblyName;
}
