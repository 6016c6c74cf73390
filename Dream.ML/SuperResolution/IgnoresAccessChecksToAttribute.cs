namespace System.Runtime.CompilerServices;

/// <summary>Tells the runtime to let this assembly use the non-public members of another; the runtime knows it by name.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
sealed class IgnoresAccessChecksToAttribute(string assemblyName) : Attribute
{
    public string AssemblyName { get; } = assemblyName;
}
