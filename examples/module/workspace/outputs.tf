output "id" {
  description = "ID of the workspace."
  value       = data.maas_workspace.this.id
}

output "auth_type" {
  description = "Authorization type of the workspace: public, private or internal."
  value       = data.maas_workspace.this.auth_type
}
