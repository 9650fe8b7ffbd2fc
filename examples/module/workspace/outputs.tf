output "id" {
  description = "Id of the workspace."
  value       = data.maas_workspace.this.id
}

output "auth_type" {
  description = "Who may use the workspace."
  value       = data.maas_workspace.this.auth_type
}
